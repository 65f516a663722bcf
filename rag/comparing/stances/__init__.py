"""How papers stand to a statement."""
