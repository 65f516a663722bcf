"""The commands for the papers that are indexed: add, remove, watch, search, export, status."""
