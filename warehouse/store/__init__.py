"""The files: the live database and its lock, its schema, the published snapshot, the fetched bytes.

Everything that opens, copies or publishes a file of the warehouse is here; what is in the rows is for the other rooms.
"""
