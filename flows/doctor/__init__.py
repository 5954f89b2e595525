"""`mandates doctor`: what is wrong with an installation, what follows from it, and what cures it.

Each module looks at one part and changes nothing; `examination` calls them one after the other.
"""
