"""Teaches the embedded model to cite: a LoRA adapter, trained on written replies."""
