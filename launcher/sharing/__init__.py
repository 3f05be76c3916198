"""Letting friends in the same network in: their own listener, their own sessions, and who is there."""
