"""The analysis of a text: clauses, mandates, addressees, deadlines, citations. Pure functions, no I/O."""

# Raised when the analysis finds other clauses, mandates or citations in the same text. What was analysed before
# versions were kept counts as 1.
RULES_VERSION = 7
