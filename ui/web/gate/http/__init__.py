"""What requests and responses may be: hosts, origins, routes, headers, and bounds on bodies."""
