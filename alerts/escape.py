"""THE one place where words from outside become harmless in a channel: mail (HTML), Slack (mrkdwn) and plain text.

Titles and quotes come from the web. Whatever they hold, a reader must see it as words: no markup, no link, no mention,
no further header, no text that runs the other way. Nothing after this module changes a letter.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import quote, urlsplit

import nh3

# Explicit directions (RFC-like marks, embeddings, overrides, isolates) reorder what is around them; letters of
# right-to-left scripts carry their own direction and need none of these. Others here are invisible.
_unseen = re.compile(
    "[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\u00ad\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_breaks = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")

# Put beside a character to take its meaning away without taking the character away.
gap = "\u200b"
_slack_marks = re.compile(r"[*_~`]")
# Mentions of groups count anywhere, those of people at the start of a word: mail addresses stay whole.
_mentions = re.compile(r"(?i)@(?=(?:everyone|here|channel|all)\b)|(?<![\w.+-])@(?=[\w&!])")
_emoji = re.compile(r":(?=[\w+-]+:)")

_tags = {"a", "bdi", "blockquote", "br", "del", "div", "h1", "h2", "h3", "hr", "ins", "li", "p", "span", "strong"}
_tags |= {"table", "tbody", "td", "th", "tr", "ul"}


_between = re.compile(r">\n+(?=<(?!h[23]|p class=\"(?:what|notice)|div class=\"(?:foot|links)))<")
_markdown_marks = re.compile(r"[\\`*_\[\]#|~!]")
_markdown_list = re.compile(r"^(\d*)(?=[.)+-])")


class Address(str):
    """A web address that `web_address` found fit to be a link."""

    __slots__ = ()


def one_line(text: str, limit: int = 300) -> str:
    """Words for a heading or a header field: one line, no control characters, cut at a word."""
    return _cut(" ".join(_seen(text[: limit * 4]).split()), limit)


def paragraph(text: str, limit: int = 4000) -> str:
    """Words for a quote: line breaks stay, control characters do not, cut at a word."""
    lines = (" ".join(line.split()) for line in _seen(_breaks.sub("\n", text[: limit * 4])).split("\n"))
    return _cut("\n".join(line for line in lines if line), limit)


def isolated(text: str) -> str:
    """Words inside a sentence of ours: those of right-to-left scripts must not pull what follows to their side."""
    if any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text):
        return f"\u2068{text}\u2069"
    return text


def web_address(url: str | None) -> Address | None:
    """The address as a link target; None for anything that is not plain http or https, such as `javascript:`."""
    if url is None or len(url) > 2000:  # noqa: PLR2004 - the longest address that all browsers open
        return None
    try:
        split = urlsplit(url.strip())
    except ValueError:
        return None
    if split.scheme not in {"http", "https"} or not split.hostname:
        return None
    return Address(quote(split.geturl(), safe="/:?#[]@!$&'()*+,;=%~-._"))


def mrkdwn(value: Any) -> str:
    """Any value in a Slack template. Slack knows three escapes; its other marks lose their meaning beside a gap."""
    text = str(value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if isinstance(value, Address):
        return text
    text = _slack_marks.sub(lambda mark: f"{gap}{mark[0]}{gap}", text)
    return no_emoji(_mentions.sub(f"@{gap}", text))


def no_emoji(text: str) -> str:
    """Slack draws `:name:` even in a plain header."""
    return _emoji.sub(f":{gap}", text)


def bare(value: Any) -> str:
    """Any value in a plain-text template: services differ in what they read as a mention, so none is left whole."""
    if isinstance(value, Address):
        return value
    return (
        _mentions.sub(f"@{gap}", str(value))
        .replace("<!", f"<{gap}!")
        .replace("<@", f"<{gap}@")
        .replace("<#", f"<{gap}#")
    )


def markdown(value: Any) -> str:
    """Any value in Prefect's UI, which draws table cells and descriptions as Markdown (messages of states as they are).

    A clause number at the beginning would become a list that counts from 1 again.
    """
    text = _markdown_marks.sub(r"\\\g<0>", one_line(str(value), 500))
    text = _markdown_list.sub(r"\1\\", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clean_html(html: str) -> str:
    """HTML of the autoescaped mail template, once more through an allow-list: should the template err, this holds.

    Apprise makes a mail's plain part from it, a line an element and an empty one for each space between two: such a
    space is left only where a new part begins. Within the words of others no bracket is bare, so none is touched.
    """
    cleaned = nh3.clean(
        html,
        tags=_tags,
        attributes={"*": {"class"}, "a": {"href", "class"}, "td": {"class", "style"}},
        filter_style_properties={"width"},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer",
    )
    return _between.sub("><", cleaned).strip()


def _seen(text: str) -> str:
    """Only what can be seen: line breaks and letters, each as its own code point."""
    shown = _unseen.sub("", unicodedata.normalize("NFC", text))
    return "".join(
        " " if unicodedata.category(letter) in {"Cc", "Cs", "Co", "Cn"} and letter != "\n" else letter
        for letter in shown
    )


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    whole = text[: limit - 1].rsplit(" ", 1)[0]
    return (whole if len(whole) > limit // 2 else text[: limit - 1]).rstrip() + "…"
