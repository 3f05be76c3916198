"""Sharing: devices in the same network are let in, for as long as the app's user wants them there."""
