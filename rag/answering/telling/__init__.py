"""Answers that rest on no sentence: small talk, help, the collection, the records of papers."""
