"""The engine: papers in, cited and checked answers out. No web, no terminal, no printing."""
