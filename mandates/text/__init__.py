"""What a text is made of before anything is found in it.

`blocks` has the typed pieces that the layout of a PDF, an HTML page or a Word file shows.
"""
