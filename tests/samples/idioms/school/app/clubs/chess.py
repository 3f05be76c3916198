TITLE = "Chess in room 4"
