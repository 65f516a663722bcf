"""Entity matching: which records are the same paper, and how they are merged."""
