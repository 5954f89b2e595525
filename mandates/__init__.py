"""The analysis of a text: clauses, mandates, addressees, deadlines, citations. Pure functions, no I/O."""
