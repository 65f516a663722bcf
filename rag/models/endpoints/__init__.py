"""Endpoints of language models: from the address to the words of a reply, in whatever manner."""
