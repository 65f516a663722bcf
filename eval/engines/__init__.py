"""What answers the cases: the product, or what a user would pick instead; and a judge model."""
