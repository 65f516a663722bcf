"""The reading of whole abstracts by a language model at an endpoint, and its answer."""
