"""What compared papers share and where they differ, in a few checked sentences."""
