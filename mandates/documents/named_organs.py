"""Which office or organ a name means: the organ itself, and not a committee, an official or a member of it.

"The General Assembly" is the organ; "the Third Committee of the General Assembly", "the IPU Committee to …" and "the
Secretary-General of the International Telecommunication Union" only name the organ they belong to, or another's office.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mandates.documents.bodies import abbreviated_in, asked, named, of_name, prefix_of
from mandates.languages.words import exactly, expression

if TYPE_CHECKING:
    import re

# The offices that every body has.
_OFFICES: tuple[tuple[str, str], ...] = (
    ("<<deputy_secretary_general>>", "deputy-secretary-general"),
    ("<<under_secretary_general>>", "under-secretary-general"),
    ("<<secretary_general>>", "secretary-general"),
    ("<<director_general>>", "director-general"),
    ("<<executive_secretary>>", "executive-secretary"),
    ("<<secretariat>>", "secretariat"),
)
# One of several is known by what it is for: "the Under-Secretary-General for Political and Peacebuilding Affairs".
_SEVERAL = frozenset({"under-secretary-general"})
_OWNED = exactly(r"\s*\b<<owned_by>>\s*(?P<owner>[A-ZÀ-Ý].*)")
_FOR = expression(r"\s+<<office_for>>\s")
_UNITED_NATIONS = expression(r"<<united_nations>>")
_OF_THE_UNITED_NATIONS = expression(r"(?:<<united_nations>>\s+)?")
_OWN = expression(r"<<the_organization>>")
_WORD = expression(r"\w+")
_INITIALS = exactly(r"[A-Z]{2,}\b")
_ENDS = expression(r"\s*(?:\Z|[,(]|<<also_asked>>\s)")
# What may precede an organ's name: others that are asked too, the office that speaks for it, "United Nations".
_BEFORE = expression(
    r"(?:.*(?:,|\b<<also_asked>>)\s*)?(?:<<articles_before>>\s*)?"
    r"(?:<<heads_of_organs>>\s+<<owned_by>>\s*)?(?:<<united_nations>>\s+)?"
)
# "Human Rights Council Advisory Committee", "IPU Member Parliaments", "special procedures".
_PART_AFTER = exactly(r"\s+(?!<<heads_of_organs>>\b)(?:[A-ZÀ-Ý][\w’'-]*|<<parts_of_organs>>\b)")


@lru_cache(maxsize=2048)
def organ_meant(bare: str, prefix: str) -> str | None:
    """The short name of the office or organ that the words without their article mean; None where they mean no such.

    `prefix` is that of the system in which offices are those of its own ("un:").
    """
    return _office(bare, prefix) or _organ(bare)


def _office(bare: str, prefix: str) -> str | None:
    for office, short in _OFFICES:
        found = expression(rf"(?:(?P<un><<united_nations>>)\s+|(?P<word>\w+)\s+)?{office}\b").match(bare)
        if found is None:
            continue
        rest = bare[found.end() :]
        system = _system_before(found, prefix)
        if system is not None and (owner := _OWNED.match(rest)):
            system = _system_of_owner(owner["owner"], prefix)
            if system is None and (initials := _initials_of(owner["owner"])):
                return f"{prefix}{short}-of-{initials.lower()}"
        if system is None or (short in _SEVERAL and _FOR.match(rest)):
            return None
        return f"{system}{short}"
    return None


def _system_before(office: re.Match[str], prefix: str) -> str | None:
    """The system that precedes an office: "UN Secretariat", "AALCO Secretariat"; None for one that is not known.

    A small word is an adjective ("interim Director-General").
    """
    if office["un"]:
        return "un:"
    word = office["word"]
    if word is None or word[0].islower():
        return prefix
    if known := abbreviated_in(word):
        return prefix_of(known)
    return prefix if f"{word.lower()}:" == prefix else None


def _system_of_owner(owner: str, prefix: str) -> str | None:
    """The system whose office it is, where what follows "of the" is that system's name and no more."""
    for words, system in ((_UNITED_NATIONS, "un:"), (_OWN, prefix)):
        if (found := words.match(owner)) and _ENDS.match(owner, found.end()):
            return system
    found = named().search(owner)
    if found and _OF_THE_UNITED_NATIONS.fullmatch(owner, 0, found.start()) and _ENDS.match(owner, found.end()):
        return prefix_of(of_name(found).id)
    found = _WORD.match(owner)
    known = abbreviated_in(found[0]) if found and _ENDS.match(owner, found.end()) else None
    return prefix_of(known) if known else None


def _initials_of(owner: str) -> str | None:
    """The initials by which an owner goes that is none of the bodies, the same in most languages: "UNESCO"."""
    found = _INITIALS.match(owner)
    return found[0] if found and _ENDS.match(owner, found.end()) else None


def _organ(bare: str) -> str | None:
    """The organ that is named first, if it is itself what is meant."""
    found = [(match, short) for name, short in asked() if (match := name.search(bare))]
    if not found:
        return None
    first, short = min(found, key=lambda each: each[0].start())
    is_itself = _BEFORE.fullmatch(bare[: first.start()]) and not _PART_AFTER.match(bare[first.end() :])
    return short if is_itself else None
