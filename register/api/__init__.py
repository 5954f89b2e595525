"""The register as JSON, mounted at /api: what the pages show, for programs.

Routes ask `warehouse.pages` through the desk. Fields have the names and descriptions of the data dictionary, lists are
paged by cursors, and answers carry the identity of the snapshot as their ETag.
"""
