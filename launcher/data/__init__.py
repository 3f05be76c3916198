"""What the app keeps for its user: its home, updates that lose nothing, backups, the way back."""
