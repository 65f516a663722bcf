"""The index on disk: the dense and lexical indexes, token vectors, filters, generations."""
