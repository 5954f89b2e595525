"""What a corrigendum says of a paragraph, and how the paragraph reads with it.

United Nations corrigenda name the place and then the words: "Paragraph 3" and below it "For *fifty-ninth session* read
*sixtieth session*". Anything that is not said in this way is left in its own words, for a person to read.
"""

from __future__ import annotations

import re

_named = re.compile(
    r"\b(?:paragraph|paragraphe|párrafo)s?\s+(\d+(?:\s*(?:,|and|to|et|à|y|a|–|-)\s*\d+)*)", re.IGNORECASE
)
_range = re.compile(r"(\d+)\s*(?:to|à|a|–|-)\s*(\d+)")
_reads = re.compile(
    r"\b(?:for|pour|au lieu de|donde dice)\s+(?P<old>.+?),?\s+(?:read|lire|léase|debe decir)\s+(?P<new>.+?)"
    r"(?=[\s.;]*$|[.;]\s|\s+(?:and\s+)?(?:for|pour|au lieu de|donde dice)\b)",
    re.IGNORECASE,
)
_marks = "“”«»\"' "
# A range of more paragraphs than this is no range.
_longest_range = 100


def passages(text: str) -> dict[str, str]:
    """Paragraph number → the words of the corrigendum that speak of it, on one line."""
    found: dict[str, str] = {}
    mentions = list(_named.finditer(text))
    for place, mention in enumerate(mentions):
        begin = text.rfind("\n", 0, mention.start()) + 1
        end = text.rfind("\n", 0, mentions[place + 1].start()) + 1 if place + 1 < len(mentions) else len(text)
        said = _first_block(text[begin : max(end, mention.end())], mention.end() - begin)
        for number in _numbers(mention[1]):
            found.setdefault(number, said)
    return found


def corrected(words: str, passage: str) -> str | None:
    """The paragraph with the passage's "for … read …" carried out; None where it is not that plain."""
    now = words
    for match in _reads.finditer(passage):
        old, new = match["old"].strip(_marks), match["new"].strip(_marks)
        if not old or now.count(old) != 1:
            return None
        now = now.replace(old, new)
    return now if now != words else None


def _first_block(words: str, least: int) -> str:
    """Up to the first empty line after the mention; a mention alone goes with the block below it."""
    blocks = re.split(r"\n\s*\n", words[least:], maxsplit=2)
    kept = blocks[0] if blocks[0].strip(" .:,\n") or len(blocks) == 1 else f"{blocks[0]}\n{blocks[1]}"
    return " ".join((words[:least] + kept).split())


def _numbers(named: str) -> set[str]:
    """Three of "3 to 5"."""
    found = set(re.findall(r"\d+", named))
    for first, last in _range.findall(named):
        found.update(str(number) for number in range(int(first), min(int(last), int(first) + _longest_range)))
    return found
