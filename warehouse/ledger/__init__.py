"""What became of each mandate: evidence, the times it asks for something, the states that follow from both."""
