"""The window's pages: each builds its block and wires its events, and has no other logic."""
