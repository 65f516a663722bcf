"""Stances: whether papers support or contradict statements, by fitted decisions or a model."""
