"""What the project on the disk is: its settings, its app, its interpreter and its dependencies."""
