"""Makes the documentation site: the hooks of MkDocs, the pages that are generated, and the pictures."""
