"""What stands between the network and the window: each file is one rule, gate.py their order."""
