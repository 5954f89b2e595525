"""Where an organ begins to speak.

"The General Assembly,", "At its 51st plenary meeting, on …, the General Assembly decided …".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mandates.documents.organs import ORGAN_LINE
from mandates.languages.words import exactly
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mandates.text.lines import Line

_MAY_OPEN = exactly(r"<<the_line>>|<<the_several>>|<<we_line>>|<<at_its>> ")
_MEETS = exactly(r"<<at_its>> ")
_DECIDES = exactly(r"[,\s]<<decides_first>>\b")
_GOES_ON = exactly(r"[^,;:.]{3,200},\s+<<goes_on>>\b")
_SMALL_NAME = exactly(r"(?P<the>(?:<<the_line>>)\s?)(?P<name>[a-zà-ÿ]+), <<goes_on>>\b")
_DID = exactly(r"\b<<did>>\b")
REACH = 600
LONGEST_LINE = 400
LONGEST_NAME = 120
LINES_BEFORE_PART = 8


def tells(text: str, line: Line) -> bool:
    """Whether the line tells in the past what an organ decided at a meeting."""
    return _MEETS.match(text, line.start, line.end) is not None


def told(text: str, line: Line) -> bool:
    """Whether what the organ did is told in the past: at a meeting, or as a list it opens ("Le Conseil a décidé:").

    A sentence without either may as well be a reporter's.
    """
    if tells(text, line):
        return True
    if text[line.end - 1] != ":" or line.end - line.start > LONGEST_LINE:
        return False
    return _DID.search(text, line.start, line.end) is not None


def decides(text: str, line: Line) -> bool:
    """Whether the organ decides in its first sentence."""
    return _DECIDES.search(text, line.start, min(line.end, line.start + REACH)) is not None


def _is_bare_name(text: str, line: Line) -> bool:
    """Whether the line is the name of an organ that has lost its comma, or has a full stop in its place."""
    if line.end - line.start > LONGEST_NAME or text[line.end - 1] in ",:;":
        return False
    return ORGAN_LINE.match(text[line.start : line.end].rstrip(".") + ",") is not None


def _is_small_name(words: str) -> bool:
    """Whether an organ that is written small begins a sentence: "The conference, having adopted"."""
    name = _SMALL_NAME.match(words)
    return name is not None and ORGAN_LINE.match(f"{name['the']}{name['name'].capitalize()},") is not None


def _is_named_at_length(words: str) -> bool:
    """Whether a line is an organ with more than its name: "The Conference of the ports, at its session in Amra,"."""
    name, comma, rest = words.partition(",")
    return bool(comma) and rest.endswith(",") and ORGAN_LINE.match(name + comma) is not None


def opens(  # noqa: PLR0911 - one return a sign
    text: str, lines: Sequence[Line], place: int, *, is_report: bool, is_act: bool, begins_part: Callable[[Line], bool]
) -> bool:
    """Whether an organ begins to speak on the line at `place`.

    `is_act` where the head of the text says that it is a resolution or a decision; `begins_part` knows preambular and
    operative paragraphs.
    """
    line = lines[place]
    start = line.start
    if text[start].isdigit() and text[line.end - 1] == "," and (label := read_label(text, start)):
        start = label.end  # "21. The Executive Committee,"
    if not _MAY_OPEN.match(text, start) or (line.end - start > LONGEST_LINE and not line.after_gap and place):
        return False
    words = text[start : line.end][:REACH]
    if _is_bare_name(text, line) and place + 1 < len(lines) and begins_part(lines[place + 1]):
        return True
    if not ORGAN_LINE.match(words) and not (is_act and (_is_small_name(words) or _is_named_at_length(words))):
        return False
    if tells(text, line):
        return not is_report
    if decides(text, line):
        return True
    goes_on = not is_report and _GOES_ON.match(text, line.start, line.start + 4 * REACH) is not None
    if place + 1 == len(lines):
        return goes_on and is_act
    # On a line of its own an organ speaks even where a heading or a reference stands before its first words.
    closed = (at for at in range(place, min(place + 3, len(lines))) if text[lines[at].end - 1] in ",:")
    last = next(closed, place)
    alone = text[lines[last].end - 1] == "," and lines[last].end - line.start <= LONGEST_NAME * (last - place + 1)
    return (
        any(begins_part(after) for after in lines[place + 1 : last + (LINES_BEFORE_PART if alone else 2)])
        or (words.endswith(":") and not is_report)
        or goes_on
    )
