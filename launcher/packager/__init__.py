"""The workshop: from a project to artifacts. Nothing in here travels in a packaged app."""
