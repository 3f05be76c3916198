"""Serving a project to many: what runs under Waitress, Gunicorn or uWSGI, and what refuses to."""
