"""What comes from outside is seen as words in every channel."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.escape import bare, clean_html, mrkdwn, one_line, paragraph, web_address
from alerts.render import Renderer
from alerts.sample import sample_delivery
from config.subscriptions import Subscriptions
from tests.alerts.made_findings import finding, noon
from warehouse.model import Delivery

attacks = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "<!channel> <!here> <!everyone> <@U1> <#C1>",
    "<https://evil.example.org|the document>",
    "*bold* _italic_ ~struck~ `code` ```block```",
    ":rotating_light: :+1:",
    "@everyone @here @channel @all",
    "line\r\nBcc: victim@example.org\r\n\r\nbody",
    "\u202egpj.exe\u202c \u2066isolated\u2069 \u200fmark",
    "\x00\x07\x1b[31mred\x1b[0m\u2028next\u2029\x85end",
    "{{ 7 * 7 }} {% raw %} ${7*7} %s {0} {count}",
    "&lt;already&gt; &amp;amp;",
    "\ud800 lone",
    "x" * 5_000,
)
hostile = st.one_of(
    st.sampled_from(attacks),
    st.text(alphabet=st.sampled_from("<>&*_~`|!@#:/\\\"'()[]{}%\r\n\t\u202e\u2066\u200fahref javscript"), max_size=80),
    st.text(max_size=200),
    st.lists(st.sampled_from(attacks), min_size=2, max_size=4).map(" ".join),
)


class Tags(HTMLParser):
    """All elements with their attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def letter(words: str, **more: str) -> Delivery:
    told = finding(
        title=words,
        quote=words,
        addressee=words,
        due=words,
        symbol=words,
        body=words,
        agenda_item=words,
        note=words,
        **more,
    )
    changed = finding(
        2,
        kind="corrigendum",
        title=words,
        quote=words,
        before=f"other {words}",
        clause_number=words,
        agenda_title=words,
        other_document=words,
        other_url=more.get("url", "https://example.org/other"),
        correction=words,
        **more,
    )
    shell = sample_delivery("desk", ["all"], noon)
    return Delivery(shell.delivery_id, "desk", ("all",), (told, changed), None, 0, shell.lease_until)


def both(delivery: Delivery) -> tuple[Delivery, Delivery]:
    """As a message and as a digest."""
    return delivery, replace(delivery, digest="daily:2026-11-22")


renderer = Renderer(Subscriptions((), {}))
harmless = Tags("".join(renderer.render(shown, "mail").body for shown in both(letter("words"))))


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_mail_holds_the_elements_of_its_template_and_no_others(words: str) -> None:
    """Whatever the words, no element, attribute or link comes into the mail that plain words would not bring."""
    for shown in both(letter(words, url="javascript:alert(1)")):
        message = renderer.render(shown, "mail")
        page = Tags(message.body)
        assert {tag for tag, _ in page.tags} <= {tag for tag, _ in harmless.tags} | {"br", "ins", "del"}
        assert not any(name.startswith("on") for _, attributes in page.tags for name in attributes)
        assert not [attributes for tag, attributes in page.tags if tag == "a"]
        assert "\n" not in message.subject
        assert "\r" not in message.subject


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_slack_sees_no_command_and_no_link(words: str) -> None:
    """No `<…>` of the words stays, no mark stands where it would be read, and the section stays under Slack's limit."""
    for shown in both(letter(words, url="javascript:alert(1)")):
        message = renderer.render(shown, "slack")
        assert "<" not in message.body
        assert len(message.body) < 3000
        assert len(message.subject) <= 150
        assert not re.search(r":[\w+-]+:", message.body.replace(":warning:", ""))
    escaped = mrkdwn(words)
    assert not re.search(r"(?<!\u200b)[*_~`]|[*_~`](?!\u200b)", escaped)
    assert not re.search(r"(?i)@(everyone|here|channel)", escaped)


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_plain_text_mentions_nobody(words: str) -> None:
    """Services read `@everyone` and `<@…>` in plain text too."""
    for shown in both(letter(words)):
        message = renderer.render(shown, "plain")
        assert not re.search(r"(?i)@(everyone|here|channel)|<[!@#]", message.body + message.subject)


@pytest.mark.parametrize("attack", ["x" * 100_000, "<b>" * 33_000, "& " * 50_000, "é\u0301" * 50_000])
def test_a_title_of_100_kilobytes_is_cut(attack: str) -> None:
    """A huge title makes no huge subject, header or section, and no time is lost on it."""
    for dress, limit in (("mail", 200_000), ("slack", 3_000), ("plain", 40_000)):
        message = renderer.render(letter(attack), dress)  # type: ignore[arg-type]
        assert len(message.body) < limit
        assert len(message.subject) <= 180


@given(hostile)
def test_a_line_is_a_line(words: str) -> None:
    """No control, direction or unseen character is left, and nothing is longer than asked."""
    said = one_line(words, 100)
    assert len(said) <= 100
    assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", said)
    assert all(len(line) <= 4000 for line in paragraph(words).split("\n"))


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=300))
def test_ordinary_words_stay_as_they_are(words: str) -> None:
    """Letters of every script, digits and punctuation come through mail unchanged."""
    html = clean_html(f"<p>{words.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</p>")
    assert Tags(html).text == words
    assert bare("Décide d’inscrire (a) — “ça”") == "Décide d’inscrire (a) — “ça”"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:x",
        "data:text/html,x",
        "ftp://x",
        "//x",
        "https://",
        "http://[",
        "",
        None,
        "x" * 3000,
    ],
)
def test_only_web_addresses_become_links(url: str | None) -> None:
    """Anything but plain http and https is no link."""
    assert web_address(url) is None


def test_a_web_address_cannot_leave_its_link() -> None:
    """Spaces, quotes, brackets and bars are encoded, so that Slack and HTML end the link where it ends."""
    assert web_address('https://example.org/a b|c>d"e') == "https://example.org/a%20b%7Cc%3Ed%22e"
    assert web_address("https://example.org/a?b=1&c=%20#d") == "https://example.org/a?b=1&c=%20#d"


def test_mail_addresses_stay_whole() -> None:
    """Who copies the address by which to stop a message gets the address."""
    for dress in (bare, mrkdwn):
        assert dress("Write to desk.one+x@example.org, not to @everyone or @U1") == (
            "Write to desk.one+x@example.org, not to @\u200beveryone or @\u200bU1"
        )


def test_a_template_that_errs_is_still_cleaned() -> None:
    """Should a template of the operator's mark words as safe, the allow-list takes scripts and handlers out."""
    assert clean_html('<p onclick="x()">a<script>b</script><style>c</style><iframe src="d"></iframe></p>') == "<p>a</p>"
