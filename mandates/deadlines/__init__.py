"""By when: finding deadlines in words, and resolving them to days."""
