"""Bytes to characters: one broken byte costs its own place, a wrong declaration nothing, and time is linear."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.source_fields import Fields
from scrapers.http.encodings import decode
from scrapers.kinds.marc import read_catalogue
from scrapers.publication import ReadError
from scrapers.text.documents import document_text
from tests.growth import grows_no_faster
from tests.sites.publisher import Publisher, crawled, source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from _pytest.logging import LogCaptureFixture

russian = "Совет просит Генерального секретаря представить доклад о лодках и портах на следующей сессии. "
chinese = "大会请秘书长就船只和港口的情况向下届会议提出报告，并决定继续审议这一问题。"
arabic = "يطلب المجلس إلى الأمين العام أن يقدم تقريرا عن القوارب والموانئ في دورته المقبلة. "
french = "L’Assemblée prie le Secrétaire – déjà prévenu – d’être prêt à l’été où ça naît. "
twice = french.encode().decode("cp1252")


@pytest.mark.parametrize(
    ("raw", "charset", "text", "flags"),
    [
        # UTF-8 with a mark, a wrong declaration, a wrong one in its head
        (b"\xef\xbb\xbf" + french.encode(), None, french, ()),
        (french.encode(), "iso-8859-1", french, ()),
        # UTF-8 with something else in it
        (french.encode() + b"don\x92t", None, french + "don’t", ("encoding_mixed: 1",)),
        (french.encode() + b"caf\xe9 \x93x\x94", "iso-8859-1", french + "café “x”", ("encoding_mixed: 3",)),
        (french.encode() + b"\xc3", None, french + "\ufffd", ("encoding_damaged: 1",)),
        (french.encode() + b"d\xe2\x80", "utf-8", french + "d\ufffd", ("encoding_damaged: 1",)),
        (french.encode() + b"\x81 \x92", "utf-8", french + "\ufffd ’", ("encoding_damaged: 1", "encoding_mixed: 1")),
        (russian.encode() + b"\xd0 \xd1", "utf-8", russian + "\ufffd \ufffd", ("encoding_damaged: 2",)),
        (russian.encode() + "лодка".encode("cp1251"), None, russian + "\ufffd", ("encoding_damaged: 1",)),
        (b"\xef\xbb\xbfplain \x92", None, "plain ’", ("encoding_guessed",)),
        # UTF-16 and UTF-32 with marks, by their zero bytes, cut in the middle of a character
        (french.encode("utf-16"), "iso-8859-1", french, ()),
        (french.encode("utf-32"), None, french, ()),
        (french.encode("utf-16-le"), None, french, ()),
        (french.encode("utf-16-be"), "utf-8", french, ()),
        (russian.encode("utf-16-le"), None, russian, ()),
        (french.encode("utf-32-le"), None, french, ()),
        (french.encode("utf-32-be"), None, french, ()),
        (french.encode("utf-16")[:-1], None, french[:-1] + "\ufffd", ("encoding_damaged: 1",)),
        (chinese.encode("utf-16-be"), "utf-16be", chinese, ()),
        (b"Bo\x00ats and ports", None, "Bo\x00ats and ports", ()),
        # Declared and true
        (french.encode("cp1252"), "iso-8859-1", french, ()),
        ("10 € – œuvre".encode("cp1252"), "iso-8859-15", "10 € – œuvre", ()),
        ("10 € œuvre".encode("iso-8859-15"), "iso-8859-15", "10 € œuvre", ()),
        (french.encode("mac-roman"), "x-mac-roman", french, ()),
        (russian.encode("mac-cyrillic"), "x-mac-cyrillic", russian, ()),
        (russian.encode("cp1251"), "win-1251", russian, ()),
        (chinese.encode("gb18030"), "gb2312", chinese, ()),
        ("日本の".encode("iso2022_jp"), "iso-2022-jp", "日本の", ()),
        # Declared, true, and damaged
        ((chinese * 2).encode("gb18030") + b"\xff.", "gbk", chinese * 2 + "\ufffd.", ("encoding_damaged: 1",)),
        # Declared and wrong, or not declared at all
        (french.encode("cp1252"), "utf-8", french, ("encoding_guessed",)),
        (french.encode("cp1252"), None, french, ("encoding_guessed",)),
        (b"caf\xe9", "shift_jis", "café", ("encoding_guessed",)),
        (russian.encode("cp1251"), None, russian, ("encoding_guessed",)),
        (russian.encode("koi8-r"), "iso-8859-1", russian, ("encoding_guessed",)),
        (russian.encode("iso8859-5"), "utf-8", russian, ("encoding_guessed",)),
        (chinese.encode("gb18030"), None, chinese, ("encoding_guessed",)),
        (arabic.encode("cp1256"), None, arabic, ("encoding_guessed",)),
        ("A\n—————\n— “É»” —".encode("cp1252"), "cp1252", "A\n—————\n— “É»” —", ()),
        ("« DÉCLARÉ»".encode("cp1252"), "iso-8859-1", "« DÉCLARÉ»", ()),
        # Encodings that a stranger must not choose
        (b"a-b-c", "punycode", "a-b-c", ()),
        (b"+ADw-script+AD4-", "utf-7", "+ADw-script+AD4-", ()),
        (rb"\u003cscript\u003e", "unicode_escape", r"\u003cscript\u003e", ()),
        # Encoded twice by the publisher: said, and left as it is
        (twice.encode(), "utf-8", twice, ("encoding_doubled: 18",)),
        ("NÃO, SÃO, Â".encode(), "utf-8", "NÃO, SÃO, Â", ()),
    ],
)
def test_a_page_is_read_in_its_true_encoding(
    raw: bytes, charset: str | None, text: str, flags: tuple[str, ...]
) -> None:
    """Whatever is declared, the bytes decide; what was guessed, mixed or lost is a flag with a count."""
    assert decode(raw, charset=charset) == (text, flags)


def test_a_declaration_in_the_head_counts_where_the_server_says_nothing() -> None:
    """Meta elements and XML declarations name the encoding; the server's word goes first."""
    page = '<meta charset="windows-1251"><p>Совет</p>'
    assert decode(page.encode("cp1251")) == (page, ())
    assert decode(page.encode("koi8-r"), charset="koi8-r") == (page, ())


def test_a_document_says_that_it_is_damaged() -> None:
    """The flags of a text's encoding are flags of the document."""
    found = document_text(french.encode() + b"\xc3", media_type="text/plain; charset=utf-8", name="a.txt")
    assert (found.text, found.flags) == (french + "\ufffd", ("encoding_damaged: 1",))


async def test_a_page_that_is_followed_says_that_it_is_damaged(publisher: Publisher, caplog: LogCaptureFixture) -> None:
    """The flags of a document's own page are kept; a listing, which has none, leaves a line in the log."""
    publisher.says("/1", b"<html><body><main><p>" + french.encode() + b" don\x92t \xc3</p></main></body></html>")
    rows = "<ul><li><a href='/1'>L’été</a></li></ul>".encode() + b"\xc3 "
    source = source_of(
        kind="listing",
        url=publisher.says("/list", rows),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={"follow": True},
    )
    (publication,) = (await crawled(source)).publications
    assert publication.title == "L’été"
    assert publication.text is not None
    assert publication.text.text.strip() == f"{french} don’t \ufffd".replace("  ", " ")
    assert publication.text.flags == ("encoding_damaged: 1", "encoding_mixed: 1")
    assert f"{source.url}: encoding_damaged: 1" in caplog.messages


@pytest.mark.parametrize(
    ("encoding", "declaration"),
    [("utf-8", ""), ("utf-8", "<?xml version='1.0' encoding='UTF-8'?>"), ("cp1252", "<?xml version='1.0'?>"),
     ("utf-16", "<?xml version='1.0' encoding='UTF-16'?>")],
)  # fmt: skip
def test_one_bad_byte_does_not_cost_a_window_of_a_catalogue(encoding: str, declaration: str) -> None:
    """Records are read though one of them has a byte or a control that XML does not allow."""
    field = '<datafield tag="245"><subfield code="a">{}</subfield></datafield>'
    marc = '<record><metadata><record xmlns="http://www.loc.gov/MARC21/slim">{}</record></metadata></record>'
    records = "".join(marc.format(field.format(title)) for title in ("L’été déjà", "Bo\x0bats", "@"))
    xml = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{records}</ListRecords></OAI-PMH>'
    raw = (declaration + xml).encode(encoding)
    third = "@" if encoding == "utf-16" else "don’t"
    raw = raw if encoding == "utf-16" else raw.replace(b"@", b"don\x92t")
    answer = read_catalogue(raw, "http://example.org/oai", Fields(), language="en")
    assert [item.title for item in answer.items] == ["L’été déjà", "Bo ats", third]


def test_a_document_type_does_not_hide_behind_an_encoding() -> None:
    """Entities are refused in UTF-16 as in UTF-8."""
    xml = '<!DOCTYPE x [<!ENTITY a "b">]><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">&a;</OAI-PMH>'
    for encoding in ("utf-8", "utf-16", "utf-16-be"):
        with pytest.raises(ReadError, match="document type"):
            read_catalogue(xml.encode(encoding), "http://example.org/oai", Fields(), language="en")


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))))
def test_valid_utf_8_is_read_as_it_is(text: str) -> None:
    """No declaration and no guess changes a text that is right."""
    for charset in (None, "utf-8", "iso-8859-1", "gb18030", "utf-16"):
        assert decode(text.encode(), charset=charset)[0] == text.removeprefix("\ufeff")


letters = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")))


@given(before=letters, after=letters, bad=st.integers(0x80, 0xFF), charset=st.sampled_from([None, "utf-8", "cp1252"]))
@example(before="", after="", bad=0x92, charset=None)
def test_one_bad_byte_changes_its_neighbourhood_at_most(before: str, after: str, bad: int, charset: str | None) -> None:
    """A byte between two halves of a page leaves both as they were, but for the characters that touch it."""
    before, after = french + before, after + french
    text, _ = decode(before.encode() + bytes([bad]) + after.encode(), charset=charset)
    assert text.startswith(before[:-1])
    assert text.endswith(after[3:])


@given(text=letters, place=st.integers(min_value=0), bad=st.integers(0x80, 0xFF))
def test_a_byte_inside_of_a_character_spoils_that_character_alone(text: str, place: int, bad: int) -> None:
    """Wherever the byte is, the page is not read in another encoding for it."""
    raw = (french + text + french).encode()
    place %= len(raw) + 1
    found, _ = decode(raw[:place] + bytes([bad]) + raw[place:])
    whole = french + text + french
    left = len(raw[:place].decode(errors="ignore"))
    right = len(raw[place:].decode(errors="ignore"))
    assert found.startswith(whole[: max(0, left - 1)])
    assert right < 4 or found.endswith(whole[len(whole) - right + 3 :])


@pytest.mark.parametrize(
    "unit",
    [
        french.encode() + b"\x92 \xc3 ",
        french.encode("cp1252"),
        russian.encode("cp1251"),
        chinese.encode("gb18030") + b"\xff",
        "Ã©â€™".encode(),
        b"\xc3",
        b"\xe2\x80",
        b"\xff\xd0",
        b"\x00\x01",
        b"charset" + b" " * 100,
    ],
)
def test_time_grows_with_the_bytes(unit: bytes) -> None:
    """Twice the bytes take about twice as long, whatever they are."""

    def make(size: int) -> Callable[[], object]:
        raw = unit * (size // len(unit))
        return lambda: (decode(raw, charset="gb18030"), decode(raw))

    grows_no_faster(make, 120_000)
