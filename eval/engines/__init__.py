"""What answers the cases: the product, or LlamaIndex's engine; and a model that judges answers."""
