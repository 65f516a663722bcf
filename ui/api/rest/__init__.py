"""The handlers of /api/v1: each router has what belongs together."""
