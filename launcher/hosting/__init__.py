"""Serving many: the same project under Waitress, Gunicorn or uWSGI, alone or behind nginx or Apache.

This runs in the project's own interpreter, on machines that may have nothing else of the launcher's.
"""
