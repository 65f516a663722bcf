"""The outside world: the embedder, language models and their pinned weights."""
