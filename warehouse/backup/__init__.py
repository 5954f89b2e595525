"""Backups in a folder elsewhere: generations that each restore a whole installation, and share what did not change.

`making` writes one, `checking` reads all again, `restoring` puts one back; `manifest` and `objects` are their format.
"""
