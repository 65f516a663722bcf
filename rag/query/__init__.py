"""Reading a question: its kind, the papers that it names, its metadata filter."""
