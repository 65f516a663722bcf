"""A checked manuscript as a file or a web page, and read back from its JSON."""
