"""Instructions hidden in abstracts: what they achieve. `python -m eval.adversarial DIR`."""
