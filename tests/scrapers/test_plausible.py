"""Texts that cannot be their item's: no new version, and no document under several addresses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from scrapers.crawl import plausible, twins
from scrapers.crawl.own_page import text_alone
from scrapers.crawl.plausible import Sketch, sketch, verdict
from scrapers.publication import Memory, ReadError
from scrapers.reading.pool import ReadingPool
from scrapers.text.html import html_text
from tests.growth import grows_no_faster
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.sources import Source
    from scrapers.publication import Harvest

RESOLUTION = (
    "The Conference, Recalling its decision on seasonal workers, Concerned at the number of boats lost between the two "
    "coasts, Noting with appreciation the report of the secretariat, 1. Requests the secretariat to count the harbours "
    "that take such boats and to report by 1 May; 2. Decides to convene a working group on wages; 3. Urges all "
    "ministries to publish what employers pay; 4. Invites trade unions, shipping companies and universities to "
    "contribute; 5. Decides to remain seized."
)
FRENCH = (
    "La Conférence, Rappelant sa décision relative aux travailleurs saisonniers, Préoccupée par le nombre de bateaux "
    "perdus, 1. Prie le secrétariat de compter les ports et de faire rapport avant mai; 2. Décide de convoquer un "
    "groupe de travail sur les salaires; 3. Invite les ministères à publier les montants versés par chaque employeur; "
    "4. Décide de rester saisie."
)
CHINESE = (
    "大会决定关于季节性工人的工资问题请秘书处统计港口数量并提交报告大会还决定设立工作组研究船只丢失情况"
    "并邀请各部委公布雇主支付的金额以及各工会和大学参与其中继续处理此案"
)
LOGIN = (
    "Members' area. Enter your name and your password. Forgot it? Ask for a new one. By going on you agree to our "
    "terms and to our privacy notice. Help desk: open Monday to Friday, nine to five. Other portals: library, "
    "intranet, travel, mail, calendar."
)


def listing(publisher: Publisher, *rows: tuple[str, str], **more: Any) -> Source:
    """A listing with a row for each (address, title), whose documents are followed."""
    shown = "".join(f"<li><a href='{url}'>{title}</a></li>" for url, title in rows)
    return source_of(
        kind="listing",
        url=publisher.says("/list", f"<html><body><ul>{shown}</ul></body></html>"),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={},
        **more,
    )


def page(text: str, title: str = "Example") -> str:
    """A page with this text."""
    return f"<html><head><title>{title}</title></head><body><main><p>{text}</p></main></body></html>"


def swept(memory: Memory) -> Memory:
    """The memory as if its last sweep were long ago."""
    state = {**memory.state, "swept": "2026-01-01T00:00:00+00:00"}
    return replace(memory, state=state, first_crawl=False)


def read(harvest: Harvest) -> list[str]:
    """The titles of the publications whose text was read."""
    return [publication.title for publication in harvest.publications if publication.text is not None]


@pytest.mark.parametrize(
    ("text", "title", "before", "refused"),
    [
        (LOGIN, "On seasonal workers", RESOLUTION, True),
        (LOGIN, None, RESOLUTION, True),
        (LOGIN, "大会决议", CHINESE, True),
        (LOGIN, "Travailleurs saisonniers", FRENCH, True),
        ("", "On seasonal workers", RESOLUTION, True),
        ("— 1 —\n\n…", "On seasonal workers", RESOLUTION, True),
        ("Sign in to read: On seasonal workers", "On seasonal workers", RESOLUTION, True),
        (RESOLUTION, "On seasonal workers", RESOLUTION, False),
        (RESOLUTION.replace("May", "June"), "Anything", RESOLUTION, False),
        (RESOLUTION[:300], "Anything", RESOLUTION, False),
        (RESOLUTION * 3 + " " + LOGIN, "Anything", RESOLUTION, False),
        (RESOLUTION.upper(), "Anything", RESOLUTION, False),
        (RESOLUTION, "On seasonal workers", LOGIN, False),
        (FRENCH, "Travailleurs saisonniers", RESOLUTION, False),
        (FRENCH, "On seasonal workers", RESOLUTION, True),
        (CHINESE, "大会决定", RESOLUTION, False),
        (CHINESE + "增加一段", "A title", CHINESE, False),
        (RESOLUTION, "A title", "The text will be published here soon.", False),
        (RESOLUTION, "A title", "", False),
        ("Adopted.", "A title", None, False),
        (LOGIN, "A title", None, False),
    ],
)
def test_a_text_is_held_against_the_one_before_and_against_its_title(
    text: str, title: str | None, before: str | None, refused: bool
) -> None:
    """It is refused where it has next to nothing of either; a placeholder before it proves nothing."""
    former = None if before is None else sketch(before, title)
    assert (verdict(text, title, former) is not None) == refused
    assert (verdict(text, title, Sketch.of(former)) is not None) == refused
    weighed = plausible.weigh(text, title, None, former)
    assert ((weighed.reason is not None), weighed.sketch) == (refused, sketch(text, title))


def test_pages_in_place_of_documents_are_told_from_real_documents(shared: Path) -> None:
    """Without a title to go by, 95 of 100 examples of such pages are refused as the next text of a real document."""
    examples = YAML(typ="safe").load((Path(__file__).parent / "gate_examples.yaml").read_text(encoding="utf-8"))
    pages = [text for each in examples.values() if (text := html_text(f"<div>{each['page']}</div>"))]
    texts = [path.read_text(encoding="utf-8") for path in sorted((shared / "corpus" / "texts").glob("*.txt"))]
    former = [made for made in map(sketch, texts) if (known := Sketch.of(made)) and known.size >= plausible.STUB]
    refused = [verdict(page, None, before) is not None for page in pages for before in former]
    assert len(former) > 20
    assert sum(refused) / len(refused) > 0.95
    assert not any(verdict(text[: len(text) // 2], None, sketch(text)) for text in texts if len(text) > 2_000)


def test_a_text_with_its_own_symbol_is_believed() -> None:
    """A row without a title has a symbol, and the text that states it is its own."""
    new = f"RES/64/S 21 {FRENCH}"
    assert verdict(new, None, sketch(RESOLUTION), "RES/64/S 21") is None
    assert verdict(new, None, sketch(RESOLUTION), "RES/64/S 2") is not None


def test_a_sketch_is_short_and_comes_back_as_it_was() -> None:
    """One line of ASCII under 400 characters, however long the text; what cannot be read is no sketch."""
    long = " ".join(f"word{number}" for number in range(50_000))
    written = sketch(long, "A title")
    assert len(written) < 400
    assert written.isascii()
    assert "\n" not in written
    made = Sketch.of(written)
    assert made is not None
    assert (made.size, made.written(), len(made.lowest)) == (50_000, written, plausible.KEPT)
    assert plausible.shape_of(written) == made.shape
    for broken in ("", "1 2 3", "2 1 a b - b 0000", "1 x a b - b 0000", "1 1 a b - b \x7f", None):
        assert Sketch.of(broken) is None


def test_what_two_texts_share_is_estimated_well() -> None:
    """Of a thousand words each, half of them common, a third of all words are shared."""
    ours = " ".join(f"word{number}" for number in range(1_000))
    theirs = " ".join(f"word{number}" for number in range(500, 1_500))
    one, other = Sketch.of(sketch(ours)), Sketch.of(sketch(theirs))
    assert one is not None
    assert other is not None
    assert plausible.shared(one, one) == 1
    assert abs(plausible.shared(one, other) - 1 / 3) < 0.18


@pytest.mark.parametrize("piece", ["word ", "a_", "大会", "e\u0301", "1", "大x"])
def test_weighing_takes_time_in_proportion(piece: str) -> None:
    """Twice the text takes about twice as long, whatever it repeats."""

    def make(size: int) -> Callable[[], object]:
        text = piece * (size // len(piece))
        return lambda: sketch(text, "A title")

    grows_no_faster(make, 100_000)


async def test_texts_are_weighed_and_viewers_recognised_in_a_process_of_their_own() -> None:
    """What a text is held against goes there, and its sketch, the reason and the error come back."""
    async with ReadingPool(workers=1) as pool:
        weighed = await pool(plausible.weigh, LOGIN, "On seasonal workers", None, sketch(RESOLUTION))
        assert weighed.sketch == sketch(LOGIN, "On seasonal workers")
        assert weighed.reason is not None
        with pytest.raises(ReadError, match="a viewer instead of the document"):
            await pool(text_alone, b"<html><p>Loading PDF</p><canvas></canvas></html>", "text/html", None, None)


async def test_a_known_document_is_not_replaced_by_something_else(publisher: Publisher) -> None:
    """A text that shares nothing with it fails the item, sweep after sweep; the true one is taken when it is back."""
    publisher.says("/1", page(RESOLUTION))
    source = listing(publisher, ("/1", "On seasonal workers"))
    first = await crawled(source)
    memory = remembered(first)
    publisher.says("/1", page(LOGIN))
    for _ in range(7):
        harvest = await crawled(source, swept(memory))
        assert harvest.publications == ()
        assert "next to nothing in common with the one before" in harvest.dropped[0].reason
        memory = remembered(harvest, memory)
    publisher.says("/1", page(f"{RESOLUTION} 6. Thanks the host."))
    (publication,) = (await crawled(source, swept(memory))).publications
    assert publication.document_id == first.publications[0].document_id
    assert publication.text is not None


async def test_a_refused_text_hides_behind_no_validator(publisher: Publisher) -> None:
    """What answers in the place of a document may have a tag of its own: it is asked for again, and refused again."""
    publisher.says("/1", Answer(page(RESOLUTION), headers={"ETag": '"1"'}))
    source = listing(publisher, ("/1", "On seasonal workers"))
    memory = remembered(await crawled(source))
    publisher.says("/1", Answer(page(LOGIN), headers={"ETag": '"2"'}))
    for _ in range(3):
        harvest = await crawled(source, swept(memory))
        assert (harvest.publications, len(harvest.dropped)) == ((), 1)
        memory = remembered(harvest, memory)


async def test_a_refused_file_behind_a_page_hides_behind_no_validator(publisher: Publisher) -> None:
    """The file that a page links to is asked for again, however often it was refused and whatever its tag."""
    publisher.says("/a.txt", Answer(RESOLUTION, type="text/plain", headers={"ETag": '"1"'}))
    publisher.says("/1", page("<a class=file href='/a.txt'>Text</a>"))
    source = source_of(
        kind="listing",
        url=publisher.says("/list", "<html><body><ul><li><a href='/1'>On seasonal workers</a></li></ul></body></html>"),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={"file": {"css": "a.file", "attr": "href"}},
    )
    first = await crawled(source)
    memory = remembered(first)
    publisher.says("/a.txt", Answer(LOGIN, type="text/plain", headers={"ETag": '"2"'}))
    for number in range(7):
        publisher.says("/1", page(f"<a class=file href='/a.txt'>Text, edition {number}</a>"))
        harvest = await crawled(source, swept(memory))
        assert (harvest.publications, len(harvest.dropped)) == ((), 1)
        memory = remembered(harvest, memory)


async def test_a_placeholder_is_replaced_by_the_true_text(publisher: Publisher) -> None:
    """The few words that stood there before the text was published are no reason to refuse it."""
    publisher.says("/1", page("The text will be published here soon."))
    source = listing(publisher, ("/1", "Decision 7"))
    memory = remembered(await crawled(source))
    publisher.says("/1", page(RESOLUTION))
    assert read(await crawled(source, swept(memory))) == ["Decision 7"]


async def test_a_text_that_became_empty_is_refused(publisher: Publisher) -> None:
    """A page that has lost its words is no new version."""
    publisher.says("/1", page(RESOLUTION))
    source = listing(publisher, ("/1", "On seasonal workers"))
    memory = remembered(await crawled(source))
    publisher.says("/1", page(""))
    harvest = await crawled(source, swept(memory))
    assert harvest.publications == ()
    assert "its text is empty, and was not before" in harvest.dropped[0].reason


async def test_one_text_under_different_titles_is_no_document(publisher: Publisher) -> None:
    """An error page that nobody knows is sent for every item: all fail, whatever the filter is, and the source too."""
    rows = [(f"/{number}", title) for number, title in enumerate(("On boats", "On bees", "On wages"))]
    for url, _ in rows:
        publisher.says(url, page("We could not show this to you today, dear visitor."))
    for words in ([], ["migrants"]):
        harvest = await crawled(listing(publisher, *rows, filter={"words": words}))
        assert (harvest.outcome, harvest.publications) == ("failed", ())
        assert [row.kind for row in harvest.dropped] == ["failed"] * 3
        assert all("the same text as" in row.reason for row in harvest.dropped)
        assert all("probably an error page or a log-in page" in row.reason for row in harvest.dropped)


async def test_an_error_page_with_a_changing_number_is_no_document(publisher: Publisher) -> None:
    """The number of the request and the time differ; the words do not."""
    rows = [("/1", "On boats"), ("/2", "On bees")]
    for url, _ in rows:
        publisher.says(url, page(f"We could not show this to you today. Ticket 81{url[1:]}7, 10:0{url[1:]}."))
    assert (await crawled(listing(publisher, *rows))).publications == ()


async def test_short_documents_that_differ_by_their_numbers_are_taken(publisher: Publisher) -> None:
    """Texts of the same few words are documents of their own where each has the number that its item bears."""
    source = source_of(
        kind="symbol-probe", template="A/RES/81/{number}", url=publisher.url + "/doc?s={symbol:quoted}", look_ahead=3
    )
    for number in (1, 2, 3):
        publisher.says(f"/doc?s=A%2FRES%2F81%2F{number}", f"<main><p>Resolution {number} on boats.</p></main>")
    assert len((await crawled(source)).publications) == 3


async def test_the_others_of_the_listing_are_taken(publisher: Publisher) -> None:
    """Two items share an error page, the third has its own text."""
    for url in ("/1", "/2"):
        publisher.says(url, page("We could not show this to you today, dear visitor."))
    publisher.says("/3", page(RESOLUTION))
    harvest = await crawled(listing(publisher, ("/1", "On boats"), ("/2", "On bees"), ("/3", "On wages")))
    assert (harvest.outcome, read(harvest), len(harvest.dropped)) == ("ok", ["On wages"], 2)


async def test_items_that_were_refused_together_are_taken_when_they_are_there(publisher: Publisher) -> None:
    """They are asked for again: the one that still gives the wrong text stays refused, the other is taken."""
    rows = [("/1", "On boats"), ("/2", "On bees")]
    source = listing(publisher, *rows)
    for url, _ in rows:
        publisher.says(url, page(LOGIN))
    first = await crawled(source)
    publisher.says("/1", page(RESOLUTION))
    second = await crawled(source, remembered(first))
    assert read(second) == ["On boats"]
    assert ["the same text as" in row.reason for row in second.dropped] == [True]
    publisher.says("/2", page("Short and true."))
    third = await crawled(source, remembered(second, remembered(first)))
    assert read(third) == ["On bees"]


async def test_one_text_under_one_title_is_one_document(publisher: Publisher) -> None:
    """The same text at two hosts or addresses under one title: one publication, and the second is noted."""
    publisher.says("/1", page(RESOLUTION))
    publisher.says("/copy/1", page(RESOLUTION))
    source = listing(publisher, ("/1", "On wages"), ("/copy/1", "On  WAGES"))
    first = await crawled(source)
    assert read(first) == ["On wages"]
    assert [row.reason for row in first.dropped] == ["has the text and the title of On wages: one document"]
    memory = remembered(first)
    for known in (memory, swept(memory)):
        again = await crawled(source, known)
        assert {each.document_id for each in again.publications} <= {first.publications[0].document_id}
        assert read(again) == []


async def test_a_copy_that_appears_later_is_the_same_document(publisher: Publisher) -> None:
    """A known text at a new address under its title is a sighting of the known document, not a new one."""
    publisher.says("/1", page(RESOLUTION))
    first = await crawled(listing(publisher, ("/1", "On wages")))
    publisher.says("/moved/1", page(RESOLUTION))
    second = await crawled(listing(publisher, ("/moved/1", "On wages")), remembered(first))
    (publication,) = second.publications
    assert publication.document_id == first.publications[0].document_id
    assert (publication.text, publication.url) == (None, publisher.url + "/moved/1")


async def test_a_copy_of_what_was_left_out_is_judged_by_itself(publisher: Publisher) -> None:
    """A known text that the filter refused is no reason to refuse the same text under a title that it lets through."""
    publisher.says("/1", page(RESOLUTION))
    publisher.says("/2", page(RESOLUTION))
    rule = {"words": ["workers"], "where": ["title"]}
    first = await crawled(listing(publisher, ("/1", "On boats of the secretariat"), filter=rule))
    assert first.publications == ()
    second = await crawled(listing(publisher, ("/2", "On seasonal workers"), filter=rule), remembered(first))
    assert read(second) == ["On seasonal workers"]


async def test_an_error_page_that_was_taken_once_is_found_out(publisher: Publisher) -> None:
    """The second item that gets it shows what it is; the first one's true text is then believed at once."""
    publisher.says("/1", page(LOGIN))
    first = await crawled(listing(publisher, ("/1", "On boats")))
    assert read(first) == ["On boats"]
    publisher.says("/2", page(LOGIN))
    source = listing(publisher, ("/1", "On boats"), ("/2", "On bees"))
    second = await crawled(source, remembered(first))
    assert read(second) == []
    assert "the same text as On boats" in second.dropped[0].reason
    publisher.says("/1", page(FRENCH))
    third = await crawled(source, swept(remembered(second, remembered(first))))
    assert read(third) == ["On boats"]


async def test_a_document_under_two_titles_that_it_answers_to_is_one(publisher: Publisher) -> None:
    """A listing may call one text by two names; a text that has both in it is no error page."""
    for url in ("/1", "/1.htm"):
        publisher.says(url, page(RESOLUTION))
    rows = (("/1", "Seasonal workers and boats"), ("/1.htm", "Wages of seasonal workers"))
    assert read(await crawled(listing(publisher, *rows))) == ["Seasonal workers and boats"]


async def test_one_file_for_every_symbol_is_no_document(publisher: Publisher) -> None:
    """An interface that answers each symbol with the same paper publishes none of them."""
    for number in (1, 2):
        answer = Answer("The paper is out of print.", type="text/plain")
        publisher.says(f"/doc?s=A%2FRES%2F81%2F{number}", answer)
    source = source_of(
        kind="symbol-probe", template="A/RES/81/{number}", url=publisher.url + "/doc?s={symbol:quoted}", look_ahead=1
    )
    harvest = await crawled(source)
    assert (harvest.outcome, harvest.publications, len(harvest.dropped)) == ("failed", (), 2)


async def test_texts_that_rows_hold_are_compared_with_nothing(publisher: Publisher) -> None:
    """A row that holds its own text was not fetched from anywhere: two rows may say the same."""
    item = "<item><title>{0}</title><link>{1}/{0}</link><description>x</description></item>"
    feed = "".join(item.format(name, publisher.url) for name in ("Monday", "Tuesday"))
    source = source_of(
        kind="feed",
        url=publisher.says("/rss", Answer(f"<rss version='2.0'><channel>{feed}</channel></rss>", type="text/xml")),
        fields={"text": {"entry": "summary"}},
    )
    assert read(await crawled(source)) == ["Monday", "Tuesday"]


def test_finding_twins_takes_time_in_proportion() -> None:
    """A thousand items with one error page are sorted out without comparing each with each."""

    def make(count: int) -> Callable[[], object]:
        made = Sketch.of(sketch(LOGIN))
        assert made is not None
        texts = [twins.Text(f"item {number}", f"{number}", made, None) for number in range(count)]
        assert len(list(twins.findings(texts, texts))) == count - 1
        return lambda: list(twins.findings(texts, texts))

    grows_no_faster(make, 2_000)
