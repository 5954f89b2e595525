"""Time grows with the length of a text, whatever the text repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mandates.analysis import analyse
from tests.growth import grows_no_faster

if TYPE_CHECKING:
    from collections.abc import Callable

# Small words enough that the language of what follows is told.
front = (
    "On the order of the day, the place of the meeting and the way to the harbour, for those that came by the train.\n"
)
resolution = "\nThe General Assembly,\n\n1. Requests the Secretary-General to report;\n\n"
statement = "\nStatement by the President of the Security Council\n\n"
minutes = "\nMinutes of the meeting of the Council\n\n"
small = "\nThe Conference of the Harbours,\n\nconsidering\n\n"
several = "\nWE, the Ministers of the Harbours,\n\nHereby:\n\n"

shapes = {
    "organs that never end their name": ("", "1. The Council, "),
    "organs joined without end": (statement, "The Security Council and the "),
    "names of capitals": ("", "1. The A A A A A A Council of the \n"),
    "speakers without a verb": ("", "7.1\tSummit "),
    "speakers on their lines": ("", "7.1\tSummit \n"),
    "pronouns without a verb": ("", "1. They the of and "),
    "asides without an organ": ("", "1. Aaaa aaaa, "),
    "sentences without a verb": (statement, ". The Council "),
    "sentences that each say something": (statement, "The Council notes it. "),
    "items below an organ": ("", "The Council:\n- notes it;\n- asks;\n"),
    "decisions listed in a line": (minutes, "The Council decided: a) to go; b) to stop; "),
    "decisions listed on lines": (minutes, "The Council decided:\n\n(a) to go;\n"),
    "headings of decisions": (minutes, "Decisions:\n\n"),
    "a future that does not come": (statement, "The Council will "),
    "paragraphs that all say the same": ("", "1. The Council welcomes it.\n\n"),
    "quotes that open": (resolution, "“"),
    "quotes that close": (resolution + "“", "”"),
    "quoted resolutions that do not end": (resolution, "“The General Conference,\n\n1. Elects\n"),
    "verbs as headings": (small, "resolves\n\n"),
    "participles as headings": (small, "considering\n\n"),
    "organs and headings": ("", "The General Assembly,\n\nItem 3\n\n"),
    "introductions without a verb": (resolution, "2. Also, in, on, "),
    "articles": (resolution + "Decides:\n", "Art. 1 – "),
    "dashed numbers": (resolution + "Decides to:\n", "1- To \n"),
    "items without a verb": (resolution + "2. Decides:\n", "(a) To \n"),
    "bullets": (several, "• \n"),
    "several who speak": ("", "We, the Ministers, "),
    "quotes on lines": (resolution, "“\n"),
    "numbered lists without items": (resolution, "1. Decides:\n"),
    "lists without items": (resolution, "Decides:\n\n"),
    "resolutions one after the other": ("", "81/211. A\n\nThe General Assembly,\n\n1. Decides to meet.\n\n"),
    "drafts one after the other": ("", "Draft resolution I\n\nThe General Assembly,\n\n1. Decides to meet.\n\n"),
    "lists of resolutions": ("", "resolutions 79/1 of 3 May 2024, on ports, 79/2, annex, and 79/3 to "),
    "descriptions without an end": ("", "resolution 79/1, on the ports "),
    "straight quotes": (resolution, '"\n'),
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", shapes)
def test_twice_the_text_takes_twice_the_time(shape: str) -> None:
    """On wordings made to go wrong the time of the processor grows as the text does."""
    start, unit = shapes[shape]

    def make(chars: int) -> Callable[[], object]:
        text = front * 12 + start + unit * (chars // len(unit))
        assert analyse(text).language == "en"
        return lambda: analyse(text)

    grows_no_faster(make, 6_000)
