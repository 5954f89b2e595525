"""Dates: the publisher's own day, as exact as the words, in English, French and Spanish; nothing is invented."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.crawl import dates
from tests.growth import grows_no_faster
from tests.sites.publisher import Answer, Publisher, as_json, crawled, source_of

if TYPE_CHECKING:
    from mandates.model import Precision

PLAIN = [
    # The day where it was published, whatever the zone
    ("Thu, 01 Oct 2020 00:00:00 +0200", "2020-10-01", "day"),
    ("Thu, 01 Oct 2020 23:30:00 -1100", "2020-10-01", "day"),
    ("Thu, 01 Oct 2020 00:00:00 EST", "2020-10-01", "day"),
    ("Thu, 01 Oct 2020 00:00:00 CEST", "2020-10-01", "day"),
    ("01 Oct 2020 00:00 GMT", "2020-10-01", "day"),
    ("2020-10-01T00:30:00+14:00", "2020-10-01", "day"),
    ("2020-10-01T23:30:00.123-08:00", "2020-10-01", "day"),
    ("2020-10-01 14:00", "2020-10-01", "day"),
    ("Thu Oct  1 00:00:00 2020", "2020-10-01", "day"),
    ("Sun Jan 4 16:29:06 PST 2004", "2004-01-04", "day"),
    ("01 Jan 04 19:48:21 GMT", "2004-01-01", "day"),
    ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06", "day"),
    # As exact as it is written
    ("2016/6/29", "2016-06-29", "day"),
    ("2016.06.29", "2016-06-29", "day"),
    ("20160629", "2016-06-29", "day"),
    ("20160629T101112Z", "2016-06-29", "day"),
    ("2016-Jun-29", "2016-06-29", "day"),
    ("29-Jun-2016", "2016-06-29", "day"),
    ("2016-W26-3", "2016-06-29", "day"),
    ("2016-W26", "2016-01-01", "year"),
    ("2016-W25", "2016-06-01", "month"),
    ("2016-06", "2016-06-01", "month"),
    ("06/2016", "2016-06-01", "month"),
    ("June 2016", "2016-06-01", "month"),
    ("Vol. 12, June 2016", "2016-06-01", "month"),
    ("2016", "2016-01-01", "year"),
    ("(2016)", "2016-01-01", "year"),
    # Seconds and milliseconds since 1970
    ("1467158400", "2016-06-29", "day"),
    ("1467158400.5", "2016-06-29", "day"),
    ("1467158400123", "2016-06-29", "day"),
    ("/Date(1467158400000+0200)/", "2016-06-29", "day"),
    # Three languages
    ("1st of June, 2020", "2020-06-01", "day"),
    ("TUESDAY 3 MARCH 2020", "2020-03-03", "day"),
    ("Mar 02, 2022", "2022-03-02", "day"),
    ("Sept. 5, 2024", "2024-09-05", "day"),
    ("(Bangkok, 1 April 2010)", "2010-04-01", "day"),
    ("Resolution No. 1338 of 5 December 2016", "2016-12-05", "day"),
    ("1er juin 2020", "2020-06-01", "day"),
    ("1ᵉʳ juin 2020", "2020-06-01", "day"),
    ("mercredi 3 décembre 2019 à 14 h 30", "2019-12-03", "day"),
    ("mercredi 3 decembre 2019", "2019-12-03", "day"),
    ("MERCREDI 3 DÉCEMBRE 2019", "2019-12-03", "day"),
    ("le 15 aou\u0302t 2019", "2019-08-15", "day"),
    ("2 févr. 2020", "2020-02-02", "day"),
    ("7 de mayo de 2020", "2020-05-07", "day"),
    ("miércoles, 7 de Mayo del 2019", "2019-05-07", "day"),
    ("1º de enero de 2020", "2020-01-01", "day"),
    ("5 de setiembre de 2024", "2024-09-05", "day"),
    ("septiembre de 2024", "2024-09-01", "month"),
    ("15 ago. 2019", "2019-08-15", "day"),
    ("7\u00a0May\u202f2018", "2018-05-07", "day"),
    ("7&nbsp;May&nbsp;2018", "2018-05-07", "day"),
    # Spans are known to the month or year that holds both ends
    ("7-8 May 2018", "2018-05-01", "month"),
    ("Sarajevo, 7–8 May 2018 :", "2018-05-01", "month"),
    ("May 7-8, 2018", "2018-05-01", "month"),
    ("Monday 7 to Tuesday 8 May 2018", "2018-05-01", "month"),
    ("du lundi 7 au mardi 8 mai 2018", "2018-05-01", "month"),
    ("los días 7 y 8 de mayo de 2018", "2018-05-01", "month"),
    ("2018-05-07/2018-05-08", "2018-05-01", "month"),
    ("13/05/2018 - 15/05/2018", "2018-05-01", "month"),
    ("30 April - 2 May 2018", "2018-01-01", "year"),
    ("30 June to 2 July 2019", "2019-01-01", "year"),
    ("June 30 - July 2, 2019", "2019-01-01", "year"),
    ("30 June 2019 to 2 July 2019", "2019-01-01", "year"),
    ("du 30 juin au 2 juillet 2019", "2019-01-01", "year"),
    ("del 30 de junio al 2 de julio de 2019", "2019-01-01", "year"),
    ("May-June 2019", "2019-01-01", "year"),
    ("09:57 - 12 May 2019", "2019-05-12", "day"),
    # Day and month unclear
    ("07/01/2017", "2017-01-01", "year"),
    ("07-01-2017", "2017-01-01", "year"),
    ("13.01.2017", "2017-01-13", "day"),
    ("01/13/2017", "2017-01-13", "day"),
]
NONE = [
    "",
    "12 September",
    "31 February 2020",
    "February 31, 2020",
    "2020-02-31",
    "2020-13-01",
    "2020-00-00",
    "0000-00-00",
    "45 June 2020",
    "31/31/2017",
    "7-31 February 2018",
    "2016-W60",
    "3 June 20202",
    "June 20202",
    "20202",
    "7 May 18",
    "07/01/17",
    "30 December 2019 to 2 January 2020",
    "2019-2020",
    "five years ago 2020",
    "today",
    "99999999999",
    "1234567",
    "A/RES/80/218",
]


@pytest.mark.parametrize(("words", "day", "precision"), PLAIN)
def test_a_date_is_the_one_in_the_words(words: str, day: str, precision: Precision) -> None:
    """The day, month or year that the words give, where they were written."""
    assert dates.read(words) == (date.fromisoformat(day), precision)


@pytest.mark.parametrize("words", NONE)
def test_what_is_no_date_is_missing(words: str) -> None:
    """Days that no calendar has, years of two or five digits, spans over two years: nothing is made of them."""
    assert dates.read(words) is None


@pytest.mark.parametrize(
    ("words", "text", "day", "precision"),
    [
        ("Sat, 07/01/2017 - 09:57", "%a, %m/%d/%Y - %H:%M", "2017-07-01", "day"),
        ("7.1.17", "%d.%m.%y", "2017-01-07", "day"),
        ("3 décembre 2019", "%d %B %Y", "2019-12-03", "day"),
        ("mercredi 3 déc 2019 à 10:00", "%A %d %b %Y à %H:%M", "2019-12-03", "day"),
        ("Mayo 2019", "%B %Y", "2019-05-01", "month"),
        ("2019", "%Y", "2019-01-01", "year"),
        ("3 June", "%d %B", None, None),
        ("31 February 2019", "%d %B %Y", None, None),
        ("3 June 2019", "%d/%m/%Y", None, None),
    ],
)
def test_a_format_of_the_source_is_the_only_one(words: str, text: str, day: str | None, precision: str | None) -> None:
    """A date that does not fit is missing; names of months and days are read in all three languages."""
    assert dates.read(words, [text]) == ((date.fromisoformat(day), precision) if day else None)


MONTHS = (
    "January February March April May June July August September October November December",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
)


@given(st.dates(date(1990, 1, 1), date(2019, 12, 31)), st.sampled_from([-12, -5, 0, 2, 5, 14]))
def test_any_day_is_read_as_it_is_written(day: date, offset: int) -> None:
    """In the forms of feeds, JSON and three languages, at midnight anywhere in the world."""
    zone = f"{'-' if offset < 0 else '+'}{abs(offset):02}"
    names = [months.split()[day.month - 1] for months in MONTHS]
    for words in (
        f"{day.isoformat()}T00:00:00{zone}:00",
        f"{day.isoformat()}T23:59:59{zone}:00",
        f"{day:%a, %d %b %Y} 00:00:00 {zone}00",
        f"{day.day} {names[0]} {day.year}",
        f"{names[0]} {day.day}, {day.year}",
        f"{day.day} {names[1]} {day.year}",
        f"{day.day} de {names[2]} de {day.year}",
        f"{day.year}/{day.month}/{day.day}",
    ):
        assert dates.read(words) == (day, "day"), words


@given(st.text(max_size=80))
def test_any_words_are_a_date_or_none(words: str) -> None:
    """No words break the reader, and none without a digit is a date."""
    found = dates.read(words)
    assert found is None or any(char.isnumeric() for char in words)


def test_what_lies_ahead_is_no_date_of_publication() -> None:
    """A month ahead is a paper for a meeting; more is the meeting."""
    today = datetime.now(UTC).date()
    assert dates.read((today + timedelta(days=20)).isoformat()) == (today + timedelta(days=20), "day")
    assert dates.read((today + timedelta(days=60)).isoformat()) is None


@pytest.mark.parametrize(
    "unit",
    ["7 ", "7-", "May ", "2020-", "1 to 2 ", "7 May ", "31 February 2020 ", "lundi ", "12/12/", "&nbsp;", "é ", "2020"],
)
def test_time_grows_with_the_words(unit: str) -> None:
    """Twice the words take about twice as long."""
    grows_no_faster(lambda times: lambda: dates.read(unit * times), 4_000)


RSS = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>{}</channel></rss>'
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>'


@pytest.mark.parametrize(
    ("body", "day", "precision"),
    [
        (RSS.format("<item><pubDate>Thu, 01 Oct 2020 00:00:00 +0200</pubDate></item>"), "2020-10-01", "day"),
        (RSS.format("<item><pubDate>2016/6/29</pubDate></item>"), "2016-06-29", "day"),
        (RSS.format("<item><pubDate>juin 2016</pubDate></item>"), "2016-06-01", "month"),
        (RSS.format("<item><pubDate>31 February 2016</pubDate></item>"), None, None),
        (RSS.format("<item><dc:date>2020-10-01T00:00:00+02:00</dc:date></item>"), "2020-10-01", "day"),
        (RSS.format("<item><dc:date>2016</dc:date></item>"), "2016-01-01", "year"),
        (ATOM.format("<entry><published>2020-10-01T00:00:00+02:00</published></entry>"), "2020-10-01", "day"),
        (ATOM.format("<entry><updated>2020-10-01T00:00:00Z</updated></entry>"), None, None),
        (
            json.dumps(
                {
                    "version": "https://jsonfeed.org/version/1.1",
                    "items": [{"id": "1", "title": "x", "date_published": "2020-10-01T00:00:00+02:00"}],
                }
            ),
            "2020-10-01",
            "day",
        ),
    ],
)  # fmt: skip
async def test_a_feed_keeps_the_publishers_own_day(
    publisher: Publisher, body: str, day: str | None, precision: str | None
) -> None:
    """Local midnight east of Greenwich is not the day before, and the parser's guesses are not asked."""
    body = body.replace("<item>", "<item><title>x</title>").replace("<entry>", "<entry><title>x</title>")
    source = source_of(kind="feed", url=publisher.says("/feed", Answer(body, type="application/xml")))
    (publication,) = (await crawled(source)).publications
    said = publication.published
    assert (said.value.isoformat() if said else None, said.precision if said else None) == (day, precision)


@pytest.mark.parametrize(
    "value", [1467158400, 1467158400123, "1467158400", 1467158400.25, 20160629, "29 de junio de 2016"]
)
async def test_json_may_give_a_day_as_a_number(publisher: Publisher, value: object) -> None:
    """Seconds, milliseconds and compact days, as numbers or as words."""
    fields = {"title": {"json": "t"}, "date": {"json": "d"}}
    url = publisher.says("/api", as_json([{"t": "x", "d": value}]))
    (publication,) = (await crawled(source_of(kind="json", url=url, item={"json": "*"}, fields=fields))).publications
    assert publication.published is not None
    assert (publication.published.value, publication.published.precision) == (date(2016, 6, 29), "day")


async def test_a_feed_with_a_broken_byte_is_read_in_its_encoding(publisher: Publisher) -> None:
    """The other titles keep their accents, and what declares its encoding in XML is believed before the server."""
    item = f"<item><title>L’été</title><link>{publisher.url}/1</link></item>"
    bad = b"<item><title>don\x92t \xc3</title><link>/2</link></item>"
    body = b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel>" + item.encode() + bad
    source = source_of(kind="feed", url=publisher.says("/a", Answer(body + b"</channel></rss>", type="text/xml")))
    assert [each.title for each in (await crawled(source)).publications] == ["L’été", "don’t \ufffd"]
    russian = f"<?xml version='1.0' encoding='windows-1251'?><rss version='2.0'><channel>{item}</channel></rss>"
    body = russian.replace("L’été", "Совет").encode("cp1251")
    source = source_of(kind="feed", url=publisher.says("/b", Answer(body, type="text/xml; charset=iso-8859-1")))
    assert [each.title for each in (await crawled(source)).publications] == ["Совет"]
