"""Sharing: devices in the same network are let in, for as long as the app's user wants them there."""

SHARE = "/.launcher/share"  # the owner's page, by which the window is led there
