"""People: the command line and the web window, and the door for other programs."""
