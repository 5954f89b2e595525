"""Where a clause ends: after the stop that closes it, before headings, votes, meeting lines and what follows the text."""  # noqa: E501 - a sentence

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.languages.words import exactly

if TYPE_CHECKING:
    from mandates.clauses.leads import Lead

_closing = exactly(r"[.;:?!][\"”’»')\]]*(?=\s*(?:\d{1,3}|[*†]+)?\s*,?\s*<<and>>?,?\s*$)")
item = exactly(
    r"\s*(?:\d{1,2}\.\d{1,2}\.?\s|\(?[a-z]{1,2}[.)]|\(?[ivx]{1,5}[.)]|\(\d{1,2}\)|\d{1,2}[.)]|\d{1,2}(?=\s<<item_word>>\b)|[-–—•·*◦]|[A-Z][.)])\s*\S"
)
# After a full stop these begin something else, unless a colon opened a list: "C. Debates", "1. A footnote".
_new_part = re.compile(r"\s*(?:[A-Z]|\d{1,2})[.)]\s")
_lower = re.compile(r"\s*[\"“«(]?[a-zà-ÿ]")
UNFINISHED = re.compile(
    r"\b(?:Nos?|[Vv]ols?|[Pp]aras?|[Aa]rts?|[Cc]hap|[Ss]ect|Mr|Mrs|Ms|Dr|St|e\.g|i\.e|cf|pp?|Add|Rev|Corr|[A-Z])\.$"
)
_JOINED_AFTER = exactly(
    r"[.;](?=[”\"]?\s+(?:\d{1,4}<<suffix>>?\s+(?:plenary\s+|closed\s+|formal\s+)*<<meeting>>\b|<<adopted_line>>\b|<<after_vote>>))"
)
# A text that is quoted after a colon may have no stop of its own.
_QUOTE_CLOSES = re.compile(r"[”»](?=\s*$)")
_adopts = exactly(r"<<adopts>>")
after_text = exactly(
    r"[ ]*(?:\[footnote|\(?\[?<<see>>\s(?:A/|also|document|resolution)|[\[(]?<<adopted_line>>\b|\[?Approved by|\[?Resolution adopted"  # noqa: E501 - read as a whole
    r"|\d{1,4}<<suffix>>?\s+(?:plenary\s+|closed\s+|formal\s+)*<<meeting>>\b|(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth)\s(?:plenary\s)?(?:meeting|session)\s*$"
    r"|<<after_vote>>|The voting was|The resolution was|The draft resolution was|\*{1,3}\s*[A-Z]|\*\s+(?i:presented|adopted|approved|reissued|issued|previously)|\*\s+\*\s+\*|_{3,}|-{5,}"  # noqa: E501 - read as a whole
    r"|<<act_line>>|\(\d{1,3}\)\s+<<journal>>\b|<<done_at>>\b|<<DONE_AT>>\b"
    r"|Sponsors?\s*:|Co-sponsors|Explanatory note|Subscribe to)"
)


def clause_end(text: str, lead: Lead, limit: int, *, followed: bool, commas: bool = False) -> int:
    """The end of the clause led by `lead`, which must stand before `limit`.

    `followed` when the next clause begins there; `commas` where clauses may end in one.
    """
    lines = _line_spans(text, lead.end, limit)
    last_closed: int | None = None
    listed = opened = False
    for place, (start, end) in enumerate(lines):
        if place and after_text.match(text, start, end):
            break
        stop = _closing.search(text, max(start, end - 60), end) or (
            _QUOTE_CLOSES.search(text, max(start, end - 60), end) if opened else None
        )
        if not stop or UNFINISHED.search(text[max(start, stop.start() - 6) : stop.start() + 1]):
            continue
        last_closed = stop.end()
        sign = text[stop.start()]
        after = lines[place + 1][0] if place + 1 < len(lines) else None
        if after is None:
            break
        is_item = item.match(text, after) is not None and (sign != "." or opened or not _new_part.match(text, after))
        if sign == ":":
            opened = True
            if _adopts.fullmatch(lead.lemma) and not is_item:
                break
            listed = listed or not is_item
            continue
        gap = "\n" in text[end + 1 : after].replace("\n", "\n", 1) if text[end : end + 1] == "\n" else True
        if is_item or _lower.match(text, after) or listed:
            continue
        if gap or (not followed and (sign == "." or _ends_text(text, after))):
            break
    in_comma = commas and followed and lines and text[lines[-1][1] - 1] == ","
    if last_closed is not None and not in_comma:
        joined = None if followed else _JOINED_AFTER.search(text, lead.end, last_closed)
        return joined.start() + 1 if joined else last_closed
    return lines[-1][1] if in_comma else _unclosed_end(text, lead, lines)


def _ends_text(text: str, after: int) -> bool:
    return after_text.match(text, after) is not None


def _unclosed_end(text: str, lead: Lead, lines: list[tuple[int, int]]) -> int:
    """A clause cut off before its stop ends with its last line, before a blank one."""
    end = lead.end
    for place, (start, line_end) in enumerate(lines):
        if place and (after_text.match(text, start, line_end) or "\n\n" in text[end:start].replace(" ", "")):
            break
        end = line_end
    # "… of the matter. 65th plenary meeting": what follows the text was joined to its last line.
    joined = _JOINED_AFTER.search(text, lead.end, end)
    return max(joined.start() + 1 if joined else end, lead.end)


def _line_spans(text: str, start: int, limit: int) -> list[tuple[int, int]]:
    """The lines from `start` to `limit` that are not blank, without trailing spaces."""
    spans = []
    while start < limit:
        newline = text.find("\n", start, limit)
        end = limit if newline < 0 else newline
        bare = text[start:end].rstrip()
        if bare.strip():
            spans.append((start, start + len(bare)))
        start = end + 1
    return spans
