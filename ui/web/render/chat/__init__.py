"""The Chat page as HTML: welcome, answers, refusals, sources, and how each was made."""
