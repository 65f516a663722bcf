"""What is measured: ingests, searches, changes of an index, memory, and whole processes."""
