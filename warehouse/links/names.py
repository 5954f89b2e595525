"""The long and the short form of a name: a passage of a clause that only makes a name longer, or is short for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.links.wording import listed

if TYPE_CHECKING:
    from warehouse.links.wording import Wording

# Before what completes a name: "the Convention against Corruption".
_COMPLETING = frozenset({"of", "for", "on", "against", "under", "to"})
_SHORTEST = 2


def makes_a_name_longer(clause: Wording, place: slice, other: Wording) -> bool:
    """Whether a passage that the other wording has not is a part of a name that the rest of it says.

    "Agenda for Sustainable Development" is the Agenda, the "United Nations High Commissioner" the High Commissioner,
    the "Hague Convention for" something the Convention for it, and the "Harbour Council" the Council where it is named.
    """
    return _comes_before(clause, place, other) or _completes(clause, place)


def _comes_before(clause: Wording, place: slice, other: Wording) -> bool:
    passage, following = clause.words[place], clause.written[place.stop : place.stop + 2]
    if not (following and following[0][0].isupper()) or not all(word[0].isupper() for word in clause.written[place]):
        return False
    if passage == ("united", "nations"):
        return True
    noun = following[0].lower()
    if following[-1] in _COMPLETING and len(passage) == 1 and passage[0] in listed("places"):
        return noun in listed("treaties")
    # The deputy director is not the director, and where there are two councils each needs its name.
    is_the_only_one = clause.times_said(noun) == clause.times_said(*passage, noun)
    is_one = _is_one(following[0]) and is_the_only_one and passage[0] not in listed("ranks")
    return is_one and other.times_said(*passage, noun) > 0


def _completes(clause: Wording, place: slice) -> bool:
    if clause.words[place.start] not in _COMPLETING - {"to"} or not place.start:
        return False
    name = clause.written[place.start - 1]
    content = [word for word in clause.written[place] if word not in listed("small")]
    return _is_one(name) and bool(content) and all(word[0].isupper() for word in content)


def _is_one(name: str) -> bool:
    """Of several ("the States of the coast") some are chosen, and there is a secretary-general of each organization."""
    return name[0].isupper() and not name.endswith(("s", "general", "General"))


def is_short_for(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether one word in capitals has the initials of the others, as written: "OHA", "official harbour assistance"."""
    if len(short) != 1 or len(short[0]) < _SHORTEST or not short[0].isupper():
        return False
    initials = "".join(word[0] for word in full if word.lower() not in listed("small"))
    return initials.upper() == short[0] and len(full) > 1
