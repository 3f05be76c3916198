"""The rehearsal: before it is packaged, a project runs from source, and what it does becomes a value.

Nothing is imported here: `rehearsed` and what it needs run in the project's own interpreter, which has
none of the packager's libraries.
"""
