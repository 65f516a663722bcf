"""One reader a file format; each yields records and what it rejects."""
