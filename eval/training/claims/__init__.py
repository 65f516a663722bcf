"""Trains the claim reader: does an abstract support a claim, part of it, contradict it, or not."""
