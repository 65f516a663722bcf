"""Records in: file formats, online catalogues, deduplication, and the plan of a sync."""
