"""Uncertain readings and what people decide about them: listed, edited in a file, kept, exported as labels."""
