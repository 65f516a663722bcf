"""Builds the index: chunks, embeddings, generations, sync."""
