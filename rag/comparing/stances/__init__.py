"""How papers stand to statements: by fitted decisions, and by an endpoint's language model."""
