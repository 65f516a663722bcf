"""What answers the cases, and another model's opinion of it."""
