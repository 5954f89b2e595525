"""Which addresses may be asked."""
