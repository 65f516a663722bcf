"""What people use: the command line and the window in a browser."""
