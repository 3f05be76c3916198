"""What the formats of Linux share: the menu entry with its pictures, and packages as lists of members."""
