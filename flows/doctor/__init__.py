"""`mandates doctor`: what is wrong with an installation, what effect that has, and how to fix it.

Each module looks at one part and changes nothing; `examination` calls them one after the other.
"""
