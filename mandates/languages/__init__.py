"""One lexicon per language, and how it is read."""
