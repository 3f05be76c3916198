"""Answering: who may talk to the app, and the server that it answers from."""
