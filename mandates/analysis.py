"""The analysis of a whole text."""
