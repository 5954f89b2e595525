"""The head of a document: the lines before the organ speaks ("The General Assembly,")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mandates.documents import symbols
from mandates.documents.bodies import organ_in
from mandates.documents.organs import ORGAN_LINE
from mandates.languages.words import expression
from mandates.text.wrapped import unwrapped

HEAD_CHARS = 12_000
HEAD_LINES = 90
SHORT_LINE = 60
_FEW = 4

# Front matter may hold a description of a paragraph's length in its tags.
_MARKUP = re.compile(r"<[^<>\n]{1,200}>|(?:[*#|`>\[\]]|(?<!\w)_|_(?!\w))+|^\s*- (?=\*)")
_FRONT_MATTER = re.compile(r"\s*(?P<fence>---|\+\+\+)[ \t]*\n(?P<fields>(?:[^\n]*\n){1,60}?)(?P=fence)[ \t]*(?:\n|$)")
# In YAML, on one line or folded over the next ones, or in TOML.
_FRONT_TITLE = re.compile(
    r"^title(?:[ \t]*=|:)[ \t]*(?:[>|][-+]?[ \t]*\n(?P<folded>(?:[ \t]+\S[^\n]*\n)+)"
    r"|(?P<quote>[\"']?)(?P<title>[^\n]+?)(?P=quote)[ \t]*$)",
    re.MULTILINE,
)
_PARTICIPLE = r"^(?:\(?\d{1,3}[.)]\s*)?(?:\w+ly\s+|also\s+|further\s+)?<<opening>>\b"
# "At the 9876th meeting of the Security Council, held on 6 August 2026, … the President made the following statement"
AT_THE_MEETING = r"^<<at_the>>\s+[^,\n]{1,30}<<meeting>>\b[^,\n]{0,60}"
_BODY = r"^(?:(?:I|1)\.\s|<<summary>>$)"
# An amendment says where it amends: "In the ninth preambular paragraph, delete …", "Replace operative paragraph 4".
_INSTRUCTION = r"^(?:<<amending_place>>\s[^,\n]{0,80}|<<amending_verb>>\s[^\n]{0,80})\b<<paragraph>>"
CHROME = expression(
    r"\A(?:<<letterhead>>|.*\bdistr\..*|original\s*:.*|english|french|spanish|general|limited|restricted|advance (?:unedited )?version.*"  # noqa: E501 - read as a whole
    r"|\(?[A-Z]\)?\s*\d{6}|\d{2}-\d{5}.*|\*?\d{7}\*?|GE\.\d.*|page \d+.*|(?:first|second|third|fourth|fifth|sixth) committee.*|none|.*\bODS DOC SYMBOL\b.*"  # noqa: E501 - read as a whole
    r"|\(?(?:non-)?deliberated\)?|please recycle.*|[\W\d]*)\Z"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of one text."""

    lines: tuple[str, ...]
    """Without markup; an empty one stands for blank lines."""
    organ: str | None
    """The line in which the organ speaks."""
    rest: str
    """What follows the head, for a little further."""
    named: str | None
    """The title that the text's front matter gives."""

    @property
    def joined(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)

    @property
    def speaker(self) -> str | None:
        """The short name of the organ that speaks, else the first one in the letterhead, below its parent body."""
        return organ_in((self.organ or "")[:200]) or organ_in(self.joined[:3000])


def head_of(text: str) -> Head:
    """Read the lines of the head of `text`."""
    start = text[:HEAD_CHARS].replace("\r", "")
    matter = _FRONT_MATTER.match(start)
    title = _FRONT_TITLE.search(matter["fields"]) if matter else None
    named = " ".join((title["folded"] or title["title"]).split()) if title else None
    plain = start[matter.end() if matter else 0 :].replace("\xa0", " ").replace("\t", " ")
    source = unwrapped("\n".join(line.strip() for line in plain.split("\n")), is_head=True).split("\n")
    lines: list[str] = []
    for place, raw in enumerate(source[: HEAD_LINES * 3]):
        line = " ".join(_MARKUP.sub(" ", raw).split())
        line = re.sub(r"\s+([,;])", r"\1", re.sub(r"^(?:None )+", "", line))
        if not line or line == "None":
            if lines and lines[-1]:
                lines.append("")
            continue
        is_last = place + 1 == len(source) and len(line) < SHORT_LINE
        if (_speaks(line) or _leads_to_preamble(line, source[place + 1 :])) and not CHROME.match(line) and not is_last:
            return Head(tuple(lines), line, "\n".join(source[place:]), named)
        ends = any(expression(each).match(line) for each in (_PARTICIPLE, _BODY, _INSTRUCTION, AT_THE_MEETING))
        if ends or len(lines) >= HEAD_LINES:
            return Head(tuple(lines), None, "\n".join(source[place:]), named)
        lines.append(line)
    return Head(tuple(lines), None, "", named)


def opens(text: str) -> bool:
    """Whether `text` begins with a preambular paragraph."""
    return expression(_PARTICIPLE).match(text) is not None


def _leads_to_preamble(line: str, following: list[str]) -> bool:
    """Whether a preamble begins after a short line with a comma: who speaks is named there, whatever it is called."""
    after = next((each for each in following[:_FEW] if each.strip()), "")
    return line.endswith(",") and len(line) < SHORT_LINE and opens(_MARKUP.sub(" ", after).strip())


def _speaks(line: str) -> bool:
    """Whether the organ begins to speak here; scanned pages read its comma as a full stop."""
    if ORGAN_LINE.match(line):
        return True
    return (
        line.endswith(".")
        and len(line) < SHORT_LINE
        and ORGAN_LINE.match(f"{line[:-1]},") is not None
        and (organ_in(re.sub(r"^\w{2,3}\s", "", line[:-1]), whole=True) is not None)
    )


def leading_act(line: str) -> tuple[symbols.Symbol, str] | None:
    """The symbol of an act at the beginning of a line, and the title behind it ("WHA79.21 Safer ferries")."""
    bare = expression(r"^<<decision>>\s+|^<<resolution>>\s+").sub("", line, count=1)
    found = symbols.pattern().match(bare)
    symbol = symbols.parse(found[0]) if found else None
    if symbol is None or found is None or symbol.kind not in {"resolution", "decision"}:
        return None
    title = bare[found.end() :].lstrip(" .:–—-")
    is_title = not title or title[0].isupper() or not title[0].isalpha()
    return (symbol, title) if is_title and not re.match(r"[,;)]", bare[found.end() :].lstrip()) else None
