"""What the pages of the register show: one module a page, each with plain functions over the published snapshot."""
