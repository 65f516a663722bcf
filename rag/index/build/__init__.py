"""Bringing an index in line with what was read: chunks, embeddings, generations."""
