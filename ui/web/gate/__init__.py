"""Between the network and what is served: each file is one rule, gate.py their order."""
