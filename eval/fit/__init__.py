"""Fits the logistic models of rag/decisions: `python -m eval.fit`."""
