"""The way to an endpoint: its address, connections, the request that it takes, and its failures."""
