"""Reading papers: file formats, online catalogues, deduplication, and the plan of a sync."""
