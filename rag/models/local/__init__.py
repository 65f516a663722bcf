"""The embedded language model: its pinned weights, their download, its adapter, and its server."""
