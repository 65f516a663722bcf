"""The fields of a record: which column or value means which, and how it is read."""
