"""Where the operative clauses are, in each form in which bodies decide."""
