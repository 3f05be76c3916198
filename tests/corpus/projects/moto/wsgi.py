"""All of moto's services behind one address, as `moto_server` starts them."""

from moto import server

app = server.DomainDispatcherApplication(server.create_backend_app)
