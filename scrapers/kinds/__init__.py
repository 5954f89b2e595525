"""What a source can be: feeds, listings, JSON, catalogues, symbols counted up, fixed pages, folders, code.

Each kind turns answers into items; none of them keeps anything. `registry` knows them by name.
"""
