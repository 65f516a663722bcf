"""Models: the embedder, chat endpoints, structured replies, the embedded language model."""
