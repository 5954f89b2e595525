"""Lines in which an organ begins to speak, and those in whose name a gathering speaks."""

from __future__ import annotations

from mandates.languages.words import exactly

# "The Conferences of …", "Les deux Commissions": the noun, after words that belong to the name.
SEVERAL_ORGANS = r"(?:[A-ZÀ-Ý][\w-]*\s|<<two>>\s|<<TWO>>\s){0,4}?(?:<<several_organs>>|<<SEVERAL_ORGANS>>)\b"
_NAME_WORD = r"(?:[A-Z\dÀ-Ý][\w.’'\-–()]*|<<joining_name>>)"
ORGAN_LINE = exactly(
    rf"^<<the_line>>\s?(?:<<two>>\s|<<TWO>>\s)?(?:{_NAME_WORD}\s){{0,12}}?(?:<<speaker>>|<<SPEAKER>>|<<several_organs>>|<<SEVERAL_ORGANS>>)"
    # Small words within a name, or after it.
    rf"(?:\s(?:{_NAME_WORD}|<<within_name>>))*"
    r"(?:\s\([^()]{2,30}\))?(?:(?:\s[^\s.;:]+){0,10}?\s?[,:]$|,.*|:|\s<<decides_line>>\b.*)?$"
    r"|^<<we_line>>, .*[,:;]$"
    r"|^Congress,$|^<<the_several>> <<gathered>>\b.*[,:;]$"
    r"|^<<meets_at>>.*"
)
"""A line in which an organ begins to speak: "The General Assembly,", "At its 51st plenary meeting, on …"."""
