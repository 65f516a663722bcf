"""The figures and what they should be, as JSON, tables and a picture."""
