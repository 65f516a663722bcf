"""The command line: one file for each command. Importing it loads nothing heavy."""

from ui.cli.app import main

__all__ = ["main"]
