"""What is asked of the published snapshot: SQL, full-text search, and the history of each source."""
