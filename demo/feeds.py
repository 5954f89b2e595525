"""The RSS feed of a term's posts, as Drupal writes it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from demo.pages import http_date

if TYPE_CHECKING:
    from collections.abc import Sequence

    from demo.document import Document


def rss(documents: Sequence[Document], base: str) -> str:
    """The newest posts of one term; `base` is the site's address without a slash at its end.

    Drupal's guid is no address, its description is escaped HTML, and a post without a date has no pubDate.
    """
    items = "\n".join(_item(document, base) for document in documents)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<rss version="2.0" xml:base="{base}/taxonomy/term/112" xmlns:dc="http://purl.org/dc/elements/1.1/">\n<channel>\n'
        f"<title>Migrant Smuggling</title>\n<link>{base}/taxonomy/term/112</link>\n"
        "<description>Invented posts of the Mandate Monitor demonstration</description>\n<language>en</language>\n"
        f"{items}\n</channel>\n</rss>\n"
    )


def _item(document: Document, base: str) -> str:
    address = f"{base}/pfp/ppd/{document.path}"
    body = "".join(f"<p>{escape(run.text)}</p>" for block in document.blocks for run in block.runs)
    date = f"<pubDate>{http_date(document.pub_date)}</pubDate>" if document.pub_date else ""
    return (
        f"<item><title>{escape(document.title)}</title><link>{address}</link>"
        f"<description>{escape(f'<span>{body}</span>')}</description>{date}"
        f"<dc:creator>{escape(document.author or '')}</dc:creator>"
        f'<guid isPermaLink="false">{document.path} at {base}</guid></item>'
    )
