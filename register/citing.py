"""How to cite a mandate: the document, the place, the hash of the text that was read, and an address that lasts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from register.parts import day

if TYPE_CHECKING:
    from register.desk import Desk
    from warehouse.pages.mandate import Mandate


_THIS_MACHINE = frozenset({"127.0.0.1", "localhost", "::1"})


def lasting_address(desk: Desk, task_key: str) -> str | None:
    """The address of a mandate's page for others: the public one of the register, else the one of this request.

    None where that is an address of this machine alone, which others cannot open.
    """
    if not desk.settings.register_url and desk.request.url.hostname in _THIS_MACHINE:
        return None
    return desk.whole(desk.path("mandates", task_key))


def citation(desk: Desk, mandate: Mandate) -> str:
    """The mandate as one cites it, in the reader's language.

    The hash and the offsets (characters, from 0) let others find the very words in a copy of the text.
    """
    words, document, clause = desk.words("mandate"), mandate.document, mandate.clause
    source = [document.body, document.symbol, words("cited_title", title=document.heading)]
    if document.published_on:
        is_day = document.published_precision == "day"
        source.append(day(document.published_on, desk.language) if is_day else str(document.published_on.year))
    if clause.number:
        source.append(desk.words("frame")("clause", number=clause.number))
    if clause.page:
        source.append(words("cited_page", number=str(clause.page)))
    place = words("cited_text", hash=mandate.version.text_sha256, start=str(clause.start), end=str(clause.end))
    parts = (f"{', '.join(filter(None, source))}.", place, lasting_address(desk, mandate.task_key))
    return " ".join(filter(None, parts))
