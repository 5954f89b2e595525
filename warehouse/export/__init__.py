"""The snapshot as Parquet for readers on other machines: the months that changed, their files, and the manifest.

A target is a folder or object storage. Files there never change; the manifest, which is replaced last, says which of
them belong together.
"""
