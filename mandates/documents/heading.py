"""What a document says of itself at its head: symbol, title, body, kind, stage, session, date.

Only the head is read: the lines before the organ speaks ("The General Assembly,"). A symbol further down is one that
the document cites, so a document without a symbol at its head has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandates.deadlines.dates import date_words, read_date
from mandates.deadlines.numerals import number_of, ordinal_words
from mandates.documents import symbols
from mandates.documents.bodies import body as body_of
from mandates.documents.bodies import organ_in
from mandates.documents.citations import find_citations, resolution_symbol
from mandates.documents.organs import organ_line
from mandates.model import Heading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from mandates.model import Kind, Precision, Stage

head_chars = 12_000
head_lines = 90
tail_chars = 600
longest_title = 400
short_line = 60

_markup = re.compile(r"<[^<>\n]{1,60}>|[*_#|`>\[\]]+|^\s*- (?=\*)")
_serial = re.compile(
    r"^(?:decision|resolution|décision|résolution|decisión|resolución)?\s*(?P<number>(?:S-|ES-)?\d{1,4}/\d{1,4}(?:\s[A-Z]\b)?)\.?\s*(?P<title>.*)$",
    re.IGNORECASE,
)
_roman_serial = re.compile(
    r"^(?P<number>\d{1,4}\s[A-H]?\s?\([IVXLC]+\))\.\s+(?P<title>.*)$|^(?P<number2>\d{1,4}\s?\([IVXLC]+\))\.\s+(?P<title2>.*)$"
)
_council = re.compile(
    r"^(?:resolution|résolution|resolución)\s+(?P<number>\d{1,4}\s\((?:19|20)\d\d\))\s*$", re.IGNORECASE
)
# From the first "adopted by" of a line: a date after a later one is after the first too.
_adopted = re.compile(
    rf"^(?>[^\n]*?\b(?:adopted|adoptée?s?|aprobad[oa]s?)\s+(?:by|without|par|le|por|on|at|el)\b)"
    rf"[^\n]*?(?:\n{{1,2}}[^\n]*?)?(?P<date>{date_words})",
    re.IGNORECASE | re.MULTILINE,
)
_at_meeting = re.compile(
    r"^[ \t]*(?:At its|[ÀA] sa|Au cours de sa|Lors de sa|En su)\s+[^,\n]{1,60}(?:meeting|séance|sesión)[^,\n]{0,20}"
    rf",?\s+(?:held\s+)?(?:on|le|el)\s+(?P<date>{date_words})",
    re.IGNORECASE | re.MULTILINE,
)
_distributed = re.compile(rf"\bDistr\.?\s*:?[^\n]*?\n?[^\n]*?(?P<date>{date_words})", re.IGNORECASE)
_meeting_below = re.compile(
    rf"\b(?:\d{{1,4}}(?:st|nd|rd|th|e|ème|ª)?|{ordinal_words})\s+(?:plenary\s+|\(closed\)\s+)?(?:meeting|séance|sesión)[^\n]{{0,30}}?[,\n]\s*(?P<date>{date_words})",
    re.IGNORECASE,
)
_place_and_date = re.compile(
    rf"^\(\s*[^()\d]{{2,60}},\s*(?:\d{{1,2}}\s*[-–]\s*)?(?P<date>{date_words})\s*\)$", re.IGNORECASE
)
_date_line = re.compile(rf"^(?:on\s+|le\s+|el\s+)?(?P<date>{date_words})\.?$", re.IGNORECASE)
_session = re.compile(
    rf"\b(?P<ordinal>{ordinal_words})\s+(?:(?:annual|regular|special|ordinary|emergency|resumed|IPU|AALCO|World\s+Health|International\s+Labour|General)\s+)*(?:session|assembly|assemblée|conference|conférence|período\s+de\s+sesiones|reunión|asamblea)\b",
    re.IGNORECASE,
)
_numbered_session = re.compile(
    r"^(?:(?P<year>(?:19|20)\d\d)\s+session|session\s+de\s+(?P<year2>(?:19|20)\d\d))\b", re.IGNORECASE
)
_item = re.compile(r"(?:^|\bAgenda\s+)(?:agenda\s+item|item|point|tema)\s+\d+[^\n]{0,60}", re.IGNORECASE)
_item_number = re.compile(r"\d+(?:\s*\([a-z]\))?(?:\s*(?:and|et|y|,)\s*(?:\d+)?\s*\([a-z]\))*")
_draft = re.compile(
    r"\b(?:revised\s+|preliminary\s+|avant-)?(?:draft|projet\s+de|proyecto\s+de)\s+(?:resolution|decision|résolution|décision|resolución|decisión)\b",
    re.IGNORECASE,
)
_preliminary = re.compile(r"\b(?:preliminary draft|avant-projet|anteproyecto)\b", re.IGNORECASE)
_report = re.compile(
    r"^(?!.*\b(?:takes?|took|prend|pris|toma|tomó)\s+not)(?:\w+\s+){0,3}(?:report|note|rapport|informe|nota)s?\s+"
    r"(?:of|by|du|de la|del|de|par|présenté)\b",
    re.IGNORECASE,
)
_communique = re.compile(
    r"^(?:final |joint |draft |agreed )?(?:communiqu[eé]|conclusions)\b(?! and recommendations of the report)"
    r"|^(?:co-)?chair(?:s|person|man)?['’]s?\s+(?:statement|conclusions)"
    r"|^communiqué final|^comunicado\b|^conclusiones\b",
    re.IGNORECASE,
)
_decisions = re.compile(
    r"^(?:record of decisions|decisions? (?:on|concerning|adopted|taken)\b|relevé des décisions"
    r"|décisions? (?:concernant|relative|sur|adoptée|prise)"
    r"|decisi(?:ón|ones) (?:sobre|relativ|adoptad))",
    re.IGNORECASE,
)
_answering = re.compile(
    r"\b(?:pursuant to|in accordance with|in response to|submitted (?:in )?(?:pursuan\w+|accordance)|requested by|en application de|conformément à|de conformidad con|atendiendo a|in compliance with)\b",  # noqa: E501 - read as a whole
    re.IGNORECASE,
)
_chrome = re.compile(
    r"^(?:united nations|nations unies|naciones unidas|.*\bdistr\..*|original\s*:.*|english|french|spanish|general|limited|restricted|advance (?:unedited )?version.*"  # noqa: E501 - read as a whole
    r"|\(?[A-Z]\)?\s*\d{6}|\d{2}-\d{5}.*|\*?\d{7}\*?|GE\.\d.*|page \d+.*|(?:first|second|third|fourth|fifth|sixth) committee.*|none|.*\bODS DOC SYMBOL\b.*"  # noqa: E501 - read as a whole
    r"|\(?non-deliberated\)?|please recycle.*|[\W\d]*)$",
    re.IGNORECASE,
)
_named_act = re.compile(
    r"^(?:resolution|recommendation|decision|résolution|recommandation|décision|resolución|recomendación|decisión)\s+(?:No\.?\s*)?[\w./-]*\d[\w./()-]*(?:\s\(\d{4}\))?$",
    re.IGNORECASE,
)
_how_adopted = re.compile(
    r"^\(?(?:on the (?:report|recommendation)|without (?:reference|a vote)|sur (?:la base |le rapport )|sans renvoi|on \d|adopted"  # noqa: E501 - read as a whole
    r"|(?:resolution|decision|résolution|resolución|decisión)s? (?:adopted|adoptée|aprobada))",
    re.IGNORECASE,
)
_participle = re.compile(
    r"^(?:\(?\d{1,3}[.)]\s*)?(?:\w+ly\s+|also\s+|further\s+)?(?:having|recalling|reaffirming|recognizing|noting|welcoming|considering|conscious|convinced|mindful|cognizant|acknowledging|guided|bearing|rappelant|ayant|considérant|recordando|habiendo|considerando)\b",
    re.IGNORECASE,
)
_numbered_preamble = re.compile(r"^\s*\(1\)\s+[A-Z]", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Head:
    lines: tuple[str, ...]
    """Without markup; an empty one stands for blank lines."""
    organ: str | None
    """The line in which the organ speaks."""
    rest: str
    """What follows the head, for a little further."""


def read_heading(text: str) -> Heading:
    """Read the head of `text`; nothing is guessed, what is not said is None."""
    head = _head_of(text)
    joined = "\n".join(head.lines)
    own = _own_symbol(head)
    body = own.body if own and own.body else _organ_of(head)
    kind, stage = _kind_and_stage(head, joined, own, body)
    if kind == "other" and own is None:
        # Prose without a head: the bodies it mentions are not its own, and its first line is all that may be a title.
        return Heading(None, _first_line(head), None, kind, stage, None, None, None, None, ())
    title = _title(head)
    adopted = _date(joined, text, kind)
    return Heading(
        symbol=own.text if own else None,
        title=title,
        body=body,
        kind=kind,
        stage=stage,
        session=_session_of(head, own),
        adopted_on=adopted[0],
        adopted_precision=adopted[1],
        agenda_item=_agenda_item(head),
        answers=_answers(text, body) if kind == "report" else (),
    )


def _agenda_item(head: _Head) -> str | None:
    for line in head.lines:
        if (named := _item.search(line)) and (found := _item_number.search(named[0])):
            return found[0]
    return None


def _first_line(head: _Head) -> str | None:
    line = head.lines[0] if head.lines else ""
    return line if 0 < len(line) <= longest_title else None


def _head_of(text: str) -> _Head:
    lines: list[str] = []
    source = text[:head_chars].replace("\r", "").replace(" ", " ").replace("\t", " ").split("\n")
    for place, raw in enumerate(source[: head_lines * 3]):
        line = re.sub(r"\s+", " ", _markup.sub(" ", raw)).strip()
        line = re.sub(r"\s+([,;])", r"\1", re.sub(r"^(?:None )+", "", line))
        if not line or line == "None":
            if lines and lines[-1]:
                lines.append("")
            continue
        if organ_line.match(line) and not _chrome.match(line) and place + 1 < len(source):
            return _Head(tuple(lines), line, "\n".join(source[place:]))
        if (
            _participle.match(line)
            or len(lines) >= head_lines
            or re.match(r"(?:I\.|1\.)\s|summary$|contents$|résumé$|resumen$", line, re.IGNORECASE)
        ):
            return _Head(tuple(lines), None, "\n".join(source[place:]))
        lines.append(line)
    return _Head(tuple(lines), None, "")


def _organ_of(head: _Head) -> str | None:
    """The organ that speaks, else the first one in the letterhead, where a parent body may stand above it."""
    return organ_in((head.organ or "")[:200]) or organ_in("\n".join(head.lines)[:3000])


def _own_symbol(head: _Head) -> symbols.Symbol | None:
    """The symbol on a line of its own, or in the letterhead; or the serial number before the title."""
    for line in [line for line in head.lines if line][:14]:
        bare = re.sub(
            r"^(?:united nations|nations unies|naciones unidas|decision|resolution|décision|résolution|general assembly|none)\s+|\s*\bnone$",  # noqa: E501 - read as a whole
            "",
            line,
            flags=re.IGNORECASE,
        )
        bare = re.sub(r"^(?:united nations|none)\s+", "", bare, flags=re.IGNORECASE)
        first = symbols.pattern().match(bare)
        symbol = symbols.parse(bare) or (
            symbols.parse(first[0]) if first and re.match(r"\s*(?:$|[-–—:]\s|Distr|\*)", bare[first.end() :]) else None
        )
        if symbol:
            return symbol
    for line in head.lines[:20]:
        # The letterhead on one line with the symbol: "SEVENTY-NINTH WORLD HEALTH ASSEMBLY   WHA79.21".
        ending = max(symbols.find(line), key=lambda each: each.start(), default=None)
        if ending and ending.end() == len(line) and (symbol := symbols.parse(ending[0])):
            rest = line[: ending.start()]
            if _session.search(rest) or organ_in(rest.strip(), whole=True):
                return symbol
    organ = _organ_of(head)
    for line in head.lines:
        if (found := _council.match(line)) and organ == "UNSC":
            return symbols.parse(resolution_symbol(found["number"], organ) or "")
        if (found := _roman_serial.match(line)) and organ in {"UNGA", "ECOSOC"}:
            return symbols.parse(resolution_symbol(found["number"] or found["number2"], organ) or "")
        if (found := _serial.match(line)) and organ in {"UNGA", "HRC", "ECOSOC", "CHR"} and not _date_line.match(line):
            is_decision = bool(re.match(r"d[eé]cisi", line, re.IGNORECASE)) or (
                _numbered_as_decision(found["number"], organ)
                and not re.search(r"r[eé]soluc?ti?[oó]n", "\n".join(head.lines), re.IGNORECASE)
            )
            return symbols.parse(resolution_symbol(found["number"], organ, is_decision=is_decision) or "")
    return None


def _numbered_as_decision(number: str, organ: str) -> bool:
    """Decisions of the Human Rights Council count from 101, those of the General Assembly from 401."""
    session, _, serial = number.partition("/")
    known = body_of(organ)
    first = known.decisions_from if known else None
    return first is not None and session.isdigit() and serial.isdigit() and int(serial) >= first


def _kind_and_stage(  # noqa: C901, PLR0911 - the signs in order of trust
    head: _Head, joined: str, own: symbols.Symbol | None, body: str | None
) -> tuple[Kind, Stage | None]:
    stage = own.stage if own else None
    if _draft.search(joined):
        stage = "preliminary_draft" if _preliminary.search(joined) else "draft"
        return (
            "decision"
            if re.search(r"(?:draft|projet de|proyecto de) d[eé]cisi", joined, re.IGNORECASE)
            else "resolution"
        ), stage
    if own and own.kind != "other":
        kind: Kind = own.kind
        if re.search(r"^(?:draft )?d[eé]cisi[oó]n\b", joined, re.IGNORECASE | re.MULTILINE):
            kind = "decision"
        return kind, stage
    if any(_communique.match(line) for line in head.lines):
        return "statement", stage
    if any(_decisions.match(line) for line in head.lines):
        return "decision", stage
    if any(_report.match(line) for line in head.lines):
        return "report", stage
    if own and re.match(r"[AS]/PRST/", own.text):
        return "statement", "adopted"
    if named := next((found for line in head.lines if (found := _named_act.match(line))), None):
        return ("decision" if named[0][0] in "dD" else "resolution"), stage
    adopted = _adopted.search(joined) is not None
    if re.search(r"\b(?:resolution|résolution|resolución)\b", joined, re.IGNORECASE) and (adopted or head.organ):
        return "resolution", stage or "adopted" if adopted else stage
    if _at_meeting.search(joined) or (head.organ and _at_meeting.match(head.organ)):
        return "decision", "adopted"
    if head.organ or (head.rest and _participle.match(head.rest.lstrip())):
        # An IPU draft numbers its preamble in brackets; the adopted text does not.
        if body == "IPU" and _numbered_preamble.search(head.rest):
            return "resolution", "draft"
        return "resolution", stage
    return "other", stage


def _title(head: _Head) -> str | None:  # noqa: C901 - one branch a kind of line
    """The last run of lines that are neither letterhead nor date nor agenda item; the serial number is taken off."""
    runs: list[list[str]] = [[]]
    item_lines: int | None = None  # lines of an agenda item's own title read so far; None outside one
    for place, line in enumerate(head.lines):
        after = next((later for later in head.lines[place + 1 :] if later), "")
        if not line:
            if item_lines:
                item_lines = None
            if _report.match(after) and runs[-1]:
                break
            continue
        if found := _roman_serial.match(line):
            runs.append([found["title"] or found["title2"]])
            item_lines = None
        elif (found := _serial.match(line)) and not _date_line.match(line):
            runs.append([found["title"]] if found["title"] else [])
            item_lines = None
        elif _draft.search(line):
            runs[-1:] = [[]]  # what stood before it were the sponsors
            item_lines = None
        elif _is_label(line, inside=bool(runs[-1])):
            if runs[-1]:
                runs.append([])
            # The item's own title follows on the next lines, unless a date shares the item's line.
            item_lines = 0 if _item.match(line) and not read_date(line) else None
        elif item_lines is not None:
            item_lines += 1
        else:
            runs[-1].append(line)
    titles = [run for run in runs if len("".join(run)) > 2]  # noqa: PLR2004 - a single letter marks a part, "A"
    if not titles:
        return None
    return re.sub(r"\s+", " ", " ".join(titles[-1])).strip(" *.")[:longest_title] or None


def _is_label(line: str, *, inside: bool) -> bool:
    """Whether a line of the head is letterhead, date, session, item or how it was adopted.

    `inside` a title an organ's name is none.
    """
    return bool(
        _chrome.match(line)
        or _item.match(line)
        or _date_line.match(line)
        or _place_and_date.match(line)
        or symbols.parse(re.sub(r"^d[ée]cisi[oó]n\s+|^r[eé]soluti?ci?[oó]n\s+", "", line, flags=re.IGNORECASE))
        or ((found := _session.search(line)) and found.end() - found.start() > len(line) - 30 and not inside)
        or _numbered_session.match(line)
        or _how_adopted.match(line)
        or re.match(r"^[^.;()]{2,60}\(\d[^()]*\d{4}\)$", line)
        or (
            (ending := symbols.pattern().search(line))
            and ending.end() == len(line)
            and symbols.parse(ending[0])
            and (_session.search(line) or organ_in(line))
        )
        or (not inside and organ_in(line, whole=True))
        or (
            symbols.pattern().search(line)
            and len(line) < short_line
            and re.search(r"united nations|\(.*para", line, re.IGNORECASE)
        )
    )


def _session_of(head: _Head, own: symbols.Symbol | None) -> int | None:
    speaking = "" if _at_meeting.match(head.organ or "") else (head.organ or "")[:160]
    for line in (*head.lines, speaking):
        if len(line) < 200 and (found := _session.search(line)):  # noqa: PLR2004 - a line, not prose
            return number_of(found["ordinal"])
        if found := _numbered_session.match(line):
            return int(found["year"] or found["year2"])
    return own.session if own else None


def _date(joined: str, text: str, kind: Kind) -> tuple[date | None, Precision | None]:
    """Adoption, else issue; stated at the head, or under the text with the meeting that adopted it."""
    below = text[-tail_chars:] if kind in {"resolution", "decision"} else ""
    lines: Sequence[str] = joined.split("\n")
    found = (
        _adopted.search(joined)
        or _at_meeting.search(text[:head_chars])
        or (_meeting_below.search(below) if below else None)
        or next((hit for line in lines if (hit := _place_and_date.match(line))), None)
        or _distributed.search(joined)
        or next((hit for line in lines[:20] if (hit := _date_line.match(line))), None)
    )
    span = read_date(found["date"]) if found else None
    return (span.first, span.precision) if span else (None, None)


def _answers(text: str, body: str | None) -> tuple[str, ...]:
    """What a report says that it answers: the resolutions named with "pursuant to" near its beginning."""
    opening = text[:4000]
    found: dict[str, None] = {}
    for phrase in _answering.finditer(opening):
        reach = opening[phrase.start() : phrase.start() + 220].split(", entitled")[0]
        for citation in find_citations(reach, body):
            found.setdefault(citation.symbol)
    return tuple(found)
