"""The project's own module of this name."""

OWNER = "the project"


def describe():
    return "launches a rocket"
