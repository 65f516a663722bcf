"""Papers as references, a module for each format, and what the formats share."""
