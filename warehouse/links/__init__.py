"""How documents are linked: near-duplicates, drafts, corrections, answers and renewals, and what a new link causes."""
