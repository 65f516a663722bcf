"""Proposes columns that distinguish the papers of a comparison."""
