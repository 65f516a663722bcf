"""Whole generations on disk: their files, the manifest and checksums, and what was removed."""
