"""Training of the encoder: a teacher that reads question and abstract together, and a student."""
