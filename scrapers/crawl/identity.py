"""Which document a publication is: its official symbol, else its canonical address, else its text.

Never a GUID (they change and repeat), never the first symbol found in the text (it is often a document that was
considered). A symbol is believed where the listing, the catalogue or the address gives it, or the document's own head.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from config.notes import note
from mandates.documents import symbols
from scrapers.http import urls
from scrapers.publication import Related
from scrapers.text.readers import NO_WORDS, words_sha256

if TYPE_CHECKING:
    from collections.abc import Iterable

    from config.notes import Note
    from config.source_fields import Identity

# The longest of one document that is known has 45 characters. A longer one is a title, and its beginning shows that.
_LONGEST_SYMBOL = 60
_suffix_relations = {"Rev": "replaces", "Add": "adds_to", "Corr": "corrects"}


def own_symbol(*said: str | None, body: str | None = None) -> symbols.Symbol | None:
    """The first of the given words that is a symbol; the order is the order of trust.

    `body` is who publishes the document: "Resolution 2597 (2025)" is a symbol of some bodies.
    """
    for words in said:
        symbol = (symbols.parse(words) or symbols.of_act(words, body)) if words else None
        if symbol is not None:
            return symbol
    return None


def unknown_symbol(words: str | None, body: str | None) -> str | None:
    """What a source calls a symbol and the grammar does not know, at most 60 characters; None where it is known.

    It is kept beside the document, but does not identify it: one wrong rule of a source would make all its documents
    one.
    """
    return " ".join(words.split())[:_LONGEST_SYMBOL] if words and own_symbol(words, body=body) is None else None


def identity_of(
    symbol: symbols.Symbol | None, language: str | None, url: str | None, text: str | None, rule: Identity
) -> str | None:
    """The identity as a readable string; None where there is nothing to know the document by."""
    for rung in rule.by:
        if rung == "symbol" and symbol is not None:
            return f"symbol:{symbol.key}" + (f" {language}" if language else "")
        if rung == "url" and url:
            return f"url:{urls.same_address(url)}"
        # Blanks and punctuation are the reader's; a better reader must find the same document.
        if rung == "text" and text and (words := words_sha256(text)) != NO_WORDS:
            return f"text:{words}"
    return None


def document_id(identity: str) -> str:
    """The key that all tables use: sha256 of the identity."""
    return hashlib.sha256(identity.encode("utf-8", errors="replace")).hexdigest()


def relations(symbol: symbols.Symbol | None, drafts: Iterable[str], evidence: Note) -> tuple[Related, ...]:
    """What the symbol itself and the source say of other documents: Rev replaces, Add adds, Corr corrects."""
    found: list[Related] = []
    if symbol is not None and symbol.suffixes:
        last = symbol.suffixes[-1]
        relation = _suffix_relations.get(last.partition(".")[0])
        before = "/".join((symbol.base, *symbol.suffixes[:-1]))
        number = last.partition(".")[2]
        if relation == "replaces" and number.isdigit() and int(number) > 1:
            before += f"/Rev.{int(number) - 1}"
        if relation is not None:
            found.append(Related(relation, before, note("suffix", suffix=last)))  # type: ignore[arg-type]
    for draft in drafts:
        named = symbols.parse(draft)
        if named is not None and (symbol is None or named.key != symbol.key):
            found.append(Related("draft_of", named.text, evidence))
    return tuple(found)
