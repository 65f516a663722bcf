"""Fitted decisions: logistic models, their features, their weights as JSON."""
