"""Timings, as tables: ``python -m eval.bench [NAME ...]``; the names are in ``__main__``."""
