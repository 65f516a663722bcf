"""The window's pages: each builds its block and wires its events, and holds no other logic."""
