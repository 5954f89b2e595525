"""What several machines exchange through a shared landing place: batches, memories of sources, and who asks whom.

`place` is the folder or bucket; everything in it is data of others, and bounded before it is used. One machine alone,
whose landing place is its own home, uses none of this.
"""
