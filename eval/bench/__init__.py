"""Timings, as tables: ``python -m eval.bench [commands] [ingest] [questions] [window] [local]``."""
