"""The snapshot as Parquet for readers on other machines: which months changed, their files, and the one manifest.

A target is a folder or object storage. Files there never change; the manifest, replaced last, says which of them belong
together.
"""
