"""The tools: what each is called, its parameters, and the shape of its result."""
