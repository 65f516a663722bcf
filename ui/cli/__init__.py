"""The command line: one file a command. Importing it loads no model, no index and no window."""

from ui.cli.app import main

__all__ = ["main"]
