"""Reads a question and finds ranked papers for it; explores a whole corpus."""
