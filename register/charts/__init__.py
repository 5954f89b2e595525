"""Charts as figures on the server: where each bar, point and cell is. `templates/charts.html.j2` writes them as SVG.

Nothing here knows a language or escapes anything: labels come ready, and the templates escape them.
"""
