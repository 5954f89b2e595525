"""What a source can be: feeds, listings, JSON, catalogues, symbols counted up, fixed pages, folders.

Each kind turns answers into items; none of them keeps anything.
"""
