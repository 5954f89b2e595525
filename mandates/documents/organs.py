"""Lines in which an organ begins to speak, and those in whose name a gathering speaks."""

from __future__ import annotations

from mandates.languages.words import exactly

_NAME_WORD = r"(?:[A-Z\dÀ-Ý][\w.’'\-–()]*|<<joining_name>>)"
ORGAN_LINE = exactly(
    rf"^<<the_line>>\s?(?:{_NAME_WORD}\s){{0,12}}?(?:<<speaker>>|<<SPEAKER>>)"
    # Small words within a name, or after it.
    rf"(?:\s(?:{_NAME_WORD}|<<within_name>>))*"
    r"(?:\s\([^()]{2,30}\))?(?:(?:\s[^\s.;:]+){0,10}?[,:]$|,.*|:|\s<<decides_line>>\b.*)?$"
    r"|^<<we_line>>, .*[,:;]$"
    r"|^Congress,$|^<<the_several>> <<gathered>>\b.*[,:;]$"
    r"|^<<meets_at>>.*"
)
"""A line in which an organ begins to speak: "The General Assembly,", "At its 51st plenary meeting, on …"."""
