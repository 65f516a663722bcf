"""What an endpoint sends back: events, pieces, thoughts and JSON, and how much of it is read."""
