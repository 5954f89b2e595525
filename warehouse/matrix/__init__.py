"""The mandate matrix: which mandates a sheet shows, and what a sheet that comes back decides."""
