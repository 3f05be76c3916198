"""Turn a Flask or other WSGI project into a program that people double-click."""

__all__ = ["__version__"]

__version__ = "0.1.0"
