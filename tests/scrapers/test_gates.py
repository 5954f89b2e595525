"""Pages that are no documents, with status 200, are recognised; documents about such things are taken."""

from __future__ import annotations

import html
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from scrapers.http import gates
from tests.growth import grows_no_faster
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of

EXAMPLES: dict[str, dict[str, Any]] = YAML(typ="safe").load(
    (Path(__file__).parent / "gate_examples.yaml").read_text(encoding="utf-8")
)
KINDS = {signature.id: signature.kind for signature in gates.signatures()}
# What the crawl says of each kind.
SAID = {
    "gate": "a challenge instead of the page",
    "login": "a log-in page instead of the page",
    "not-found": "an error page",
    "error": "an error page",
    "viewer": "a viewer instead of the document",
    "maintenance": "a maintenance page instead of the page",
    "parked": "a parked domain instead of the page",
}
LONG = " ".join(
    f"{number}. The Conference requests the secretariat to study matter {number} and to report." for number in range(20)
)
if TYPE_CHECKING:
    from collections.abc import Callable


def document(title: str, body: str) -> str:
    """A page with a document on it."""
    return f"<html><head><title>{title}</title></head><body><main><h1>{title}</h1>{body}</main></body></html>"


def one_item(publisher: Publisher, answer: Answer, title: str = "On boats") -> Any:
    """A listing with one row, whose document answers so."""
    publisher.says("/1", answer)
    return source_of(
        kind="listing",
        url=publisher.says("/list", f"<html><body><ul><li><a href='/1'>{title}</a></li></ul></body></html>"),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={},
    )


def test_every_signature_has_an_example_and_no_example_is_left_over() -> None:
    """A signature without an example would be believed without proof."""
    assert list(EXAMPLES) == [signature.id for signature in gates.signatures()]
    assert set(KINDS.values()) == set(SAID)


@pytest.mark.parametrize("signature", gates.signatures(), ids=lambda signature: signature.id)
def test_a_signature_matches_its_own_example(signature: gates.Signature) -> None:
    """The first signature that matches is of the same kind; a document matches none."""
    example = EXAMPLES[signature.id]
    headers, body, address = example.get("headers", {}), example["page"].encode(), example.get("address", "")
    assert gates.matches(signature, headers, body, address)
    found = gates.recognised(headers, body, address)
    assert found is not None
    assert found.kind == signature.kind
    assert not gates.matches(signature, {}, document("On boats", f"<p>{LONG}</p>").encode())


@pytest.mark.parametrize("name", [name for name, example in EXAMPLES.items() if "address" not in example])
async def test_a_page_in_place_of_a_document_fails_its_item(publisher: Publisher, name: str) -> None:
    """With status 200 and the right type: nothing is recorded, and the reason says what came."""
    example = EXAMPLES[name]
    answer = Answer(example["page"] or b"<html></html>", headers=example.get("headers", {}))
    harvest = await crawled(one_item(publisher, answer))
    assert (harvest.outcome, harvest.publications) == ("failed", ())
    assert SAID[KINDS[name]] in harvest.dropped[0].reason


@pytest.mark.parametrize(
    "name", [name for name in EXAMPLES if KINDS[name] in {"gate", "login"} and "address" not in EXAMPLES[name]]
)
async def test_a_gate_is_named_whatever_its_status(publisher: Publisher, name: str) -> None:
    """A challenge with 403 or 503 is called one, so that the source is shown as blocked."""
    example = EXAMPLES[name]
    publisher.says("/list", Answer(example["page"], 403, headers=example.get("headers", {})))
    source = source_of(kind="listing", url=publisher.url + "/list", item={"css": "li"}, fields={"title": {"css": "li"}})
    harvest = await crawled(source)
    assert harvest.outcome == "failed"
    assert SAID[KINDS[name]] in (harvest.error or "")
    assert "status 403" in (harvest.error or "")


@pytest.mark.parametrize("line", ["404 page not found\n", "Internal Server Error", "no healthy upstream", "Not found."])
async def test_a_line_of_plain_text_may_be_an_error_page(publisher: Publisher, line: str) -> None:
    """Proxies and small servers send one line, and call it plain text."""
    harvest = await crawled(one_item(publisher, Answer(line, type="text/plain")))
    assert "an error page" in harvest.dropped[0].reason
    harvest = await crawled(one_item(publisher, Answer("The Council decides to meet.", type="text/plain")))
    assert len(harvest.publications) == 1


async def test_a_redirect_to_a_log_in_page_fails_its_item(publisher: Publisher) -> None:
    """Where redirects led is evidence too: the form itself says nothing of its purpose."""
    form = "<html><head><title>Example</title></head><body><form><input type='password'></form></body></html>"
    publisher.says("/user/login?destination=/1", form)
    source = one_item(publisher, Answer(b"", 302, headers={"Location": "/user/login?destination=/1"}))
    harvest = await crawled(source)
    assert SAID["login"] in harvest.dropped[0].reason


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Captchas and the rights of migrants", "<p>Requests States to let people prove that they are human.</p>"),
        ("Maintenance obligations of parents abroad", "<p>Decides to return to maintenance at its next session.</p>"),
        ("Access denied: asylum at sea", "<p>Urges States to grant access. Access denied is justice denied.</p>"),
        ("Missing, and not found", "<p>Many who went to sea were not found. Requests a report on them.</p>"),
        ("Resolution 404", "<p>Adopted without a vote. Decides to count the boats.</p>"),
        ("Resolution 500 - Example", "<p>Adopted without a vote. Decides to count the boats.</p>"),
        ("On cookies", "<p>Requests the secretariat to tell readers which cookies it sets. Accept all amendments.</p>"),
        ("Signing in workers", "<p>Requests employers to sign in seasonal workers at the border.</p>"),
        ("Error in document 12", "<p>The Council notes an error in paragraph 3 and corrects it.</p>"),
        ("Barracuda fisheries", "<p>Requests a report on barracuda, and on who fishes them.</p>"),
        ("On service", "<p>Service unavailable to migrants is a matter of concern. Please accept this report.</p>"),
        ("Just a moment of silence", "<p>Decides to observe a minute of silence at its next session.</p>"),
    ],
)
async def test_a_short_document_about_such_things_is_taken(publisher: Publisher, title: str, body: str) -> None:
    """A word in a title or a text is no evidence by itself."""
    harvest = await crawled(one_item(publisher, Answer(document(title, body)), title))
    assert (harvest.outcome, [publication.title for publication in harvest.publications]) == ("ok", [title])
    assert harvest.publications[0].text is not None


# Debug pages of frameworks are long themselves.
@pytest.mark.parametrize(
    "signature",
    [each for each in gates.signatures() if not each.headers and each.longest <= 4_000],
    ids=lambda each: each.id,
)
def test_a_long_document_may_quote_such_a_page(signature: gates.Signature) -> None:
    """What an error page says may stand in a document: its own length shows that it is one."""
    quoted = document("On boats", f"<blockquote>{EXAMPLES[signature.id]['page']}</blockquote><p>{LONG * 3}</p>")
    assert not gates.matches(signature, {}, quoted.encode())


def test_no_real_document_is_taken_for_such_a_page(shared: Path) -> None:
    """Real publications, whole and cut to their first 800 characters, match no signature."""
    for path in sorted((shared / "corpus" / "texts").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        title = text.strip().partition("\n")[0][:100]
        for shown in (text, text[:800]):
            page = document(html.escape(title), f"<p>{html.escape(shown)}</p>")
            assert gates.recognised({}, page.encode()) is None, path


async def test_a_site_with_a_log_in_box_and_vendors_scripts_is_taken(publisher: Publisher) -> None:
    """Gates run their scripts on pages that they let through, and many pages have a box to log in."""
    chrome = (
        "<script src='/_Incapsula_Resource?SWJIYLWA=1'></script>"
        "<script src='/cdn-cgi/challenge-platform/scripts/jsd/main.js'></script>"
        "<form action='/user/login'><input name='name'><input type='password'><button>Log in</button></form>"
        "<div class='cookies'><button>Accept all</button></div>"
        "<noscript>Please enable JavaScript to view the comments.</noscript>"
    )
    harvest = await crawled(one_item(publisher, Answer(document("On boats", f"{chrome}<p>{LONG}</p>"))))
    assert len(harvest.publications) == 1


async def test_a_viewer_that_links_to_its_file_is_followed(publisher: Publisher) -> None:
    """A page that shows a PDF by a script is a step on the way, where the source says how its file is found."""
    viewer = "<html><title>Decision</title><body><p>Loading PDF…</p><canvas data-pdf='/1.txt'></canvas></body></html>"
    publisher.says("/1.txt", Answer("The Council decides to meet.", type="text/plain"))
    source = one_item(publisher, Answer(viewer))
    assert SAID["viewer"] in (await crawled(source)).dropped[0].reason
    rule = {"file": {"css": "canvas", "attr": "data-pdf"}}
    source = source_of(**{**source.model_dump(by_alias=True, exclude_unset=True, exclude={"policy"}), "detail": rule})
    (publication,) = (await crawled(source)).publications
    assert publication.text is not None
    assert publication.text.text == "The Council decides to meet."


async def test_a_known_document_outlives_a_page_in_its_place(publisher: Publisher) -> None:
    """While a gate, a log-in page or an error page stands before it, the former version stays the current one."""
    source = one_item(publisher, Answer(document("On boats", f"<p>{LONG}</p>"), headers={"ETag": '"1"'}))
    first = await crawled(source)
    memory = remembered(first)
    for name in ("cloudflare", "login-form", "not-found-title", "wordpress-database", "maintenance-title"):
        publisher.says("/1", EXAMPLES[name]["page"])
        aged = replace(memory, state={**memory.state, "swept": "2026-01-01T00:00:00+00:00"})
        harvest = await crawled(source, aged)
        assert harvest.publications == ()
        assert SAID[KINDS[name]] in harvest.dropped[0].reason
        memory = remembered(harvest, memory)
    publisher.says("/1", document("On boats", f"<p>{LONG}</p><p>21. Decides to meet.</p>"))
    aged = replace(memory, state={**memory.state, "swept": "2026-01-01T00:00:00+00:00"})
    (publication,) = (await crawled(source, aged)).publications
    assert publication.document_id == first.publications[0].document_id
    assert "21. Decides to meet." in (publication.text.text if publication.text else "")


async def test_a_feed_with_such_a_title_is_read(publisher: Publisher) -> None:
    """The title of a feed is not that of a page."""
    item = f"<item><title>Boats</title><link>{publisher.url}/1</link></item>"
    body = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Page not found</title>{item}</channel></rss>"
    source = source_of(kind="feed", url=publisher.says("/rss", Answer(body, type="text/xml")))
    assert [publication.title for publication in (await crawled(source)).publications] == ["Boats"]


@pytest.mark.parametrize(
    "piece", [b"<!--", b"<title", b"<script", b"<", b"</script ", b"404 ", b" | ", b"&#65;", b"<?x>"]
)
def test_recognising_takes_time_in_proportion(piece: bytes) -> None:
    """Twice the page takes about twice as long, whatever it repeats."""

    def make(size: int) -> Callable[[], object]:
        page = b"<html><title>" + piece * (size // len(piece))
        return lambda: gates.recognised({}, page)

    gates.signatures()
    grows_no_faster(make, 40_000)
