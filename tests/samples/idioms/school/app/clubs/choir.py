TITLE = "Choir in the hall"
