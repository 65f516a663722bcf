"""Fitted decisions: logistic models, their features, and their weights as JSON."""
