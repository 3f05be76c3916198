"""The hours of today's tides."""

TIDES = ("03:12", "09:24", "15:41", "21:50")
