"""A bookshelf: an application factory and two blueprints in folders of their own."""

from flask import Flask, render_template


def create_app(test_config=None):
    app = Flask(__name__)
    app.config.from_mapping(SHELVES=3)
    if test_config is not None:
        app.config.from_mapping(test_config)

    from .books import blueprint as books
    from .readers import blueprint as readers

    app.register_blueprint(books)
    app.register_blueprint(readers)

    @app.route("/")
    def index():
        return render_template("index.html", shelves=app.config["SHELVES"])

    return app
