"""The index on disk: dense and lexical indexes, token vectors, filters, generations."""
