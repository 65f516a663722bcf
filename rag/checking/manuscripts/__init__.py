"""Checks a manuscript: each sentence that cites, against the abstracts of the cited papers."""
