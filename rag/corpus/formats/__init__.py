"""Readers, one per file format; each yields records and rejections."""
