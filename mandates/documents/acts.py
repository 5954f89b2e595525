"""The symbol of a resolution or decision that is named by its bare number, by the ways of numbering in `bodies.yaml`.

Where no body is named, the shape says whose it is, among the United Nations: 1325 (2000) is the Security Council's,
2010/12 the Economic and Social Council's, 302 (IV) and 56/170 the General Assembly's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mandates.documents.bodies import body, is_united_nations

if TYPE_CHECKING:
    from mandates.documents.bodies import Body

_SHAPES = (
    ("year", re.compile(r"(?:19|20)\d\d/\d+(?: [A-H])?"), "ECOSOC"),
    ("dated", re.compile(r"\d+ ?[A-H]? ?\((?:19|20)\d\d\)"), "UNSC"),
    ("roman", re.compile(r"\d+ ?[A-H]? ?\((?:E?S-)?[IVXLC-]+\)"), "UNGA"),
    ("session", re.compile(r"(?:ES-|S-)?\d{1,3}/\d+(?: [A-H](?: \w+ [A-H])?)?"), "UNGA"),
    ("bare", re.compile(r"\d{1,4}"), None),
)


@lru_cache(maxsize=4096)
def act_symbol(number: str, organ: str | None, *, is_decision: bool = False) -> str | None:
    """The symbol for the number ("56/170", "1325 (2000)", "302 (IV)", "2010/12") of an act of `organ`.

    None where that cannot be said. `organ` is a short name of `bodies.yaml`, None where none is named.
    """
    number = re.sub(r"\s+", " ", re.sub(r"\s*([/(])\s*", r"\1", number)).strip()
    shape, usual = next(
        ((name, usual) for name, is_shaped, usual in _SHAPES if is_shaped.fullmatch(number)), (None, None)
    )
    if shape is None or not (owner := body(organ) if organ else body(usual)):
        return None
    if shape not in owner.acts:
        # A number in another body's way, beside an organ of the United Nations, is that body's.
        owner = body(usual) if is_united_nations(organ) else None
    if owner is None or shape not in owner.acts:
        return None
    if shape == "dated" and organ is None and not _is_of_its_year(number, owner):
        return None
    if shape in {"dated", "bare"}:
        number = re.sub(r" ?\(", " (", number)
    if shape == "bare":
        year = owner.year_of(int(number))
        number = f"{number} ({year})" if year else number  # later than the list: the year is not guessed
    if shape == "roman":
        number = re.sub(r"^(\d+) ?([A-H]?) ?", r"\1\2", number)
    session, _, serial = number.partition("/")
    return owner.acts[shape].format(
        act="DEC" if is_decision else "RES",
        Act="Dec" if is_decision else "Res",
        Word="Decision" if is_decision else "Resolution",
        number=number,
        session=session,
        serial=serial,
    )


def _is_of_its_year(number: str, owner: Body) -> bool:
    """Whether "2597 (2025)" can be the act of a body that counts through the years; others number so too."""
    serial, year = (int(each) for each in re.findall(r"\d+", number)[:2])
    return owner.year_of(serial) in {None, year}


def is_numbered(organ: str | None, shape: str) -> bool:
    """Whether acts of `organ` are numbered in that way."""
    owner = body(organ)
    return owner is not None and shape in owner.acts
