"""Marked-up text made plain: HTML, JATS, MathML, LaTeX, and headings glued to their text."""
