"""Words of a row as people should see them: without markup, and a title the same whichever way it was shown."""

from __future__ import annotations

import html
import re
import unicodedata
from typing import TYPE_CHECKING

from scrapers.publication import TextError
from scrapers.text.html import html_text

if TYPE_CHECKING:
    from collections.abc import Iterable

longest_title = 1_000
_address = re.compile(r"https?://\S+", re.IGNORECASE)
# What nobody sees, and what turns the words around it: soft hyphen, zero-width space and mark, directions and their
# overrides. The joiners (U+200C, U+200D) belong to the spelling of some languages.
_unseen = re.compile(r"[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")

# Accounts that no person is behind; a name like that would mislead a reader.
_accounts = re.compile(
    r"(system\s*admin(istrator)?|admin(istrator)?|webmaster|web\s*editor|anonymous|guest|editor)", re.IGNORECASE
)


def plain(words: str) -> str:
    """Words without markup. An address stays as it is: "&copy=1" is a parameter there."""
    if ("<" not in words and "&" not in words) or _address.fullmatch(words):
        return words
    try:
        return html_text(f"<div>{words}</div>").strip()
    except TextError:
        return html.unescape(words)


def title_of(words: str | None) -> str | None:
    """A title on one line, the same words from a feed, a listing and an interface; None where none are left.

    THE one place for this. The same post is `&lt;b&gt;` in a page, `&amp;lt;b&amp;gt;` in a feed, `<b>` in JSON: markup
    that is left after the kind has read its row is taken off too.
    """
    one_line = unicodedata.normalize("NFC", _unseen.sub("", plain(words or "")))
    return " ".join(one_line.split())[:longest_title].strip() or None


def authors_of(names: Iterable[str]) -> str | None:
    """Who wrote it, each once, with "; " between them, so that they can be told apart; None where nobody is named."""
    named = (author.replace(";", ",") for name in names if (author := author_of(name)))
    return "; ".join(dict.fromkeys(named)) or None


def author_of(words: str | None) -> str | None:
    """Who wrote it; None where that is an account."""
    author = " ".join(plain(words or "").split())
    return None if not author or _accounts.fullmatch(author) else author
