"""Any text of any kind gives a result or a named error."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from mandates.analysis import analyse, max_chars
from mandates.model import Analysis, TextError
from mandates.text.view import shown, view_of
from tests.growth import grows_no_faster

pieces = st.sampled_from(
    [
        "The General Assembly,\n", "L’Assemblée générale,\n", "La Asamblea General,\n", "Recalling its resolution 1/2,\n",  # noqa: E501 - read as a whole
        "1. Requests ", "2. Decides ", "(a) To ", "the Secretary-General ", "to report ", "at its eighty-first session", ", and requests it to ",  # noqa: E501 - read as a whole
        ";\n\n", ".\n", ":\n", "_______________\n", "26-19931\n", "3/14\n", "A/RES/81/9\n", "> 1 Ibid.\n", "**Decides** ", "“", "”", "\u202e", "\ufeff", "\u00ad",  # noqa: E501 - read as a whole
        "\r\n", "\x0c", "Annex\n", "5\n", "Prie ", "Pide ", "de ", "que ", "by 30 June 2027", "until 31 February 2027", "\U0001f6a2", "é", "¹", "<sup>3</sup>", "- ", "I.\n",  # noqa: E501 - read as a whole
    ]
)  # fmt: skip
texts = st.lists(st.one_of(pieces, st.text(max_size=12)), max_size=60).map("".join)


def _whole(text: str, analysis: Analysis) -> bool:
    spans = [span for clause in analysis.clauses for span in (clause, *clause.mandates, *clause.dues, *clause.evidence)]
    return all(
        text[span.start : span.end] == span.quote and span.start < span.end for span in (*spans, *analysis.citations)
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts)
def test_any_text_gives_a_result_with_true_quotes(text: str) -> None:
    """Nothing crashes, and every quote is the text at its offsets."""
    try:
        analysis = analyse(text)
    except TextError:
        return
    assert _whole(text, analysis)
    assert all(one.end <= two.start for one, two in zip(analysis.clauses, analysis.clauses[1:], strict=False))


@settings(max_examples=100, deadline=None)
@given(texts)
@example("ﬀ")
@example("aﬀ ﬁ")
@example("- ﬃ\nÃ©")
def test_view_maps_back_to_the_text(text: str) -> None:
    """The characters that a view keeps are in order where it says they came from; a ligature's share one place."""
    view = view_of(text)
    places = [view.source(place) for place in range(len(view.text))]
    assert places == sorted(places)
    assert len(places) - len(set(places)) <= sum(3 for sign in text if "\ufb00" <= sign <= "\ufb06")
    assert all(0 <= place < len(text) for place in places)


@pytest.mark.parametrize("text", ["", " \n\t", "\ufeff", "....", "\u202e\u202d"])
def test_empty_texts_say_so(text: str) -> None:
    """A text without words has no clauses and a note."""
    analysis = analyse(text)
    assert analysis.clauses == ()
    assert analysis.notes


@pytest.mark.parametrize("text", ["\x00\x01PK\x03\x04" * 50, "\ufffd\ufffdabc\x01\x02" * 30])
def test_binary_is_refused(text: str) -> None:
    """What is no text is refused with a reason."""
    with pytest.raises(TextError, match="binary"):
        analyse(text)


def test_too_long_is_refused() -> None:
    """A text longer than any document is refused with both numbers."""
    with pytest.raises(TextError, match="40,000,000"):
        analyse("a" * (max_chars + 1))


def test_unsupported_language_is_said() -> None:
    """A German text is told to be German; nothing is guessed from it."""
    analysis = analyse(
        "Die Versammlung beschließt, dass der Bericht von der Kommission mit den Staaten und für das Jahr auf dem Tisch ist. "  # noqa: E501 - read as a whole
        * 3
    )
    assert analysis.language == "de"
    assert "German" in analysis.notes[0]


@pytest.mark.parametrize(
    "unit",
    [
        "1. Requests the Secretary-General to report, ",
        "Decides:\n",
        "The General Assembly,\nRecalling,\n",
        "a/",
        "requests the Committee and ",
        "_____\n1\n",
        "“",
        "A/RES/81/1 ",
        "the President of the ",
        "1, ",
        "Aa ",
        "well-\n",
        "(a) ",
    ],
)
def test_time_grows_with_length(unit: str) -> None:
    """Twice the text takes about twice as long, on wordings made to go wrong."""

    def make(chars: int) -> Callable[[], object]:
        text = "The General Assembly,\n\n1. Requests the Secretary-General to report;\n\n" + unit * (chars // len(unit))
        return lambda: analyse(text)

    grows_no_faster(make, 12_000)


def test_bidirectional_and_zero_width_marks_do_not_hide_a_clause() -> None:
    """Marks that cannot be seen neither break a clause nor show in it."""
    text = "The General Assembly,\n\n1. \u200eReq\u200buests the\u202e Secretary-General\u202c to report to it by 30 June 2027.\n"  # noqa: E501 - read as a whole
    (clause,) = analyse(text).clauses
    assert clause.display == "1. Requests the Secretary-General to report to it by 30 June 2027."
    assert text[clause.start : clause.end] == clause.quote


def test_words_broken_at_a_line_end_are_joined() -> None:
    """A hyphen at a line's end stays where the word has one, and goes where the text writes it without."""
    text = "The self-\nreliance and coopera-\ntion, as in cooperation"
    view = view_of(text)
    assert shown(view, 0, len(view.text)) == "The self-reliance and cooperation, as in cooperation"
