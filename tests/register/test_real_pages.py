"""The pages of real resolutions, where ../shared is there: facts that a reader of them would look for."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.patience import PATIENCE
from tests.register.running import running
from warehouse.query.queries import query
from website.chromium import browser
from website.real_corpus import record_corpus
from website.real_pictures import COMPACT, PROTECTION, VIEWS, task_of, views
from website.register_pictures import Registers, take

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Pages = Callable[[str], str]

pytestmark = pytest.mark.slow
SERIES = ["A/RES/70/147", "A/RES/74/148", "A/RES/76/172", "A/RES/78/217", "A/RES/80/218"]


@pytest.fixture(scope="module")
def home(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All that there is about migration, recorded as any source is."""
    folder = tmp_path_factory.mktemp("real") / "home"
    record_corpus(shared, folder, about="migra")
    return folder


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """Where its register is."""
    with running(home) as there:
        yield there


@pytest.fixture(scope="module")
def pages(address: str) -> Iterator[Pages]:
    """The source of a page by its path."""
    with httpx.Client(base_url=address, timeout=PATIENCE, follow_redirects=True) as client:

        def ask(path: str) -> str:
            answer = client.get(path)
            assert answer.status_code == 200, path
            return answer.text

        yield ask


def words_of(page: str) -> str:
    """The words of a page, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_request_through_the_years(address: str, pages: Pages) -> None:
    """The report on the human rights of migrants: who has to give it when, and the resolutions that asked for it."""
    page = pages(f"/mandates/{task_of(address, *PROTECTION)}")
    assert 'href="/addressees/un:secretary-general"' in page
    assert [symbol for symbol in re.findall(r"A/RES/\d+/\d+", page[page.index('id="years"') :]) if symbol in SERIES][
        : len(SERIES)
    ] == SERIES
    years = page[page.index('id="years"') : page.index('id="cite"')]
    assert {"eighty-second", "sixty-sixth"} <= set(re.findall(r"</span>([\w-]+)<span", years))
    words = words_of(page)
    # Two assemblies, each at a session of its own.
    assert re.search(r"UNGA, session 82 7 Sep 2027 to \d+ Sep 2028", words)
    assert "HRC, session 66" in words
    # The resolution of the session between is not recorded here, and that is said.
    assert "4 sessions after the one above" in words
    assert re.search(r"A/RES/80/218, “Protection of migrants”, 18 Dec 2025, paragraph 32, page 13", words)


def test_other_words_for_the_same_request_are_called_so(home: Path, pages: Pages) -> None:
    """The name of a committee is longer since the 70th session, which is more than a date."""
    sql = "SELECT DISTINCT task_key FROM ledger WHERE symbol = 'A/RES/80/218' AND number = '28'"
    ((key,),) = query(home, sql).rows
    page = pages(f"/mandates/{key}")
    assert re.findall(r"<strong>([^<]+)</strong>", page[page.index('id="years"') :]) == [
        "first seen",
        "the same request, slightly reworded",
        "same words, apart from dates and numbers",
        "changed",
        "changed",
        "same words, apart from dates and numbers",
    ]


def test_a_draft_beside_what_was_adopted(pages: Pages) -> None:
    """One paragraph was reworded, the preamble is the same, and the heads are folded away."""
    document = pages("/symbols/A/RES/80/218")
    (path,) = {each for each in re.findall(r"/documents/\w+/beside/\w+", document) if "/beside/" in each and "L.52" in
               words_of(document[document.index(each) : document.index(each) + 200])}  # fmt: skip
    page = pages(path)
    operative, preamble = (
        words_of(page[page.index(f"<h2>{title}</h2>") :]) for title in ("Operative paragraphs", "Preamble")
    )
    assert operative.startswith("Operative paragraphs 32 unchanged, 1 changed Operative")
    assert re.match(r"Preamble 3\d unchanged The two texts have the same words here", preamble)
    assert "2/13" not in words_of(page)


def test_the_next_session_of_a_body(pages: Pages) -> None:
    """AALCO's 53rd session has the item that the 52nd placed there; what comes is expected and not announced."""
    first, second = pages("/bodies/AALCO"), pages("/bodies/AALCO?page=2")
    coming = first[first.index('id="coming"') : first.index('id="past"')]
    numbers = [int(number) for number in re.findall(r"<h3>Session (\d+)</h3>", coming)]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert numbers[0] >= 65
    assert "have not been announced" in words_of(coming)
    session = second[second.index("<h3>Session 53</h3>") : second.index("<h3>Session 52</h3>")]
    words = words_of(session)
    assert "15 Sep 2014 to 18 Sep 2014" in words
    assert "AALCO/RES/52/S 5" in words
    (task,) = re.findall(r"/mandates/([\w:]+)", session)
    assert "AALCO, session 53" in words_of(pages(f"/mandates/{task}"))


def test_what_is_asked_about_the_compact(address: str, pages: Pages) -> None:
    """The biennial report on the Global Compact for Migration: asked of the Secretary-General, before each forum."""
    page = pages(f"/mandates/{task_of(address, *COMPACT)}")
    words = words_of(page)
    assert "Report requested" in words
    assert 'href="/addressees/un:secretary-general"' in page
    # A time that depends on another one has no days, and yet is no missing deadline.
    assert "“12 weeks ahead of each forum”" in words
    assert "The date of its deadline is not known yet." in words
    assert "no deadline" not in words


@pytest.mark.long
def test_the_pictures_are_taken(address: str, tmp_path: Path) -> None:
    """Each view shows its words in Chromium."""
    if browser() is None:
        pytest.skip("needs a Chromium browser")
    taken = take(Registers(address, address), tmp_path, views(address))
    assert len(taken) == len(VIEWS) + 4
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in taken)
