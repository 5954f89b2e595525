"""What several machines exchange through a shared landing place: batches, memories of sources, and who polls what.

`place` is the folder or bucket; everything in it was written by others, and is checked against limits before it is
used. A single machine, whose landing place is its own home, uses nothing of this.
"""
