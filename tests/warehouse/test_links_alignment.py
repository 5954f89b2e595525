"""Which clause follows which: what moves with the year is no change, and the likest are paired first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.links import containment
from warehouse.links.alignment import MOST_COMPARED, steps
from warehouse.links.steady import steady

ASK = "Requests the Secretary-General to submit to the Assembly at its eighty-first session a report on harbour safety;"
QUAY = "Invites the harbour masters of all coasts to keep every quay open to children who arrive by sea"
WELCOME = "Welcomes the work of the Commission on safe harbours and the lights that guide travellers at night;"
FUND = "Invites Member States to contribute to the trust fund for harbours, and to pay 5 million dollars a year;"


@pytest.mark.parametrize(
    ("former", "now"),
    [
        ("at its eighty-first session a report", "at its eighty-third session a report"),
        ("in its resolution 78/217 of 19 December 2023", "in its resolution 80/218 of 18 December 2025"),
        ("contained in document A/78/172, for 2024 and 2025", "contained in document A/80/302, for 2026 and 2027"),
        ("pursuant to paragraph 12 of the present resolution", "pursuant to paragraph 14 of the present resolution"),
        ("the week from 23 to 25 October 2023 on quays", "the week from 24 to 31 October 2024 on quays"),
        ("gender-responsive measures on the high seas", "genderresponsive measures on the high seas"),
        ("à sa soixante-dix-huitième session, un rapport", "à sa quatre-vingtième session, un rapport"),
        ("en su resolución 78/217, de 19 de diciembre de 2023", "en su resolución 80/218, de 18 de diciembre de 2025"),
    ],
)
def test_what_moves_with_the_year_is_no_change(former: str, now: str) -> None:
    """Dates, sessions, numbers of resolutions and paragraphs, and lost hyphens leave a clause the same."""
    before, after = f"Requests the secretariat {former} on harbours;", f"Requests the secretariat {now} on harbours;"
    assert [(step.change, step.score) for step in steps([before], [after])] == [("same", 1.0)]


@pytest.mark.parametrize(
    ("former", "now"), [("5 million", "7 million"), ("12 per cent", "13 per cent"), ("30 days", "60 days")]
)
def test_an_amount_is_a_change(former: str, now: str) -> None:
    """One figure in a long clause is a change, though all other words are the same."""
    words = " ".join(["and the lights of harbours and havens"] * 12)
    (step,) = steps([f"Decides to set aside {former} {words};"], [f"Decides to set aside {now} {words};"])
    assert step.change == "changed"
    assert step.score is not None
    assert step.score > 0.97


def test_a_passage_that_moves_is_no_change_unless_each_word_counts() -> None:
    """From year to year only the words count; between draft and adopted text their order does, too."""
    before, after = (
        f"{QUAY} at night, in all seasons, without a fare;",
        f"{QUAY} without a fare, in all seasons, at night;",
    )
    assert [step.change for step in steps([before], [after])] == ["same"]
    assert [step.change for step in steps([before], [after], each_word=True)] == ["changed"]
    assert [step.change for step in steps([before], [before.upper()], each_word=True)] == ["same"]


def test_clauses_keep_new_ones_come_and_old_ones_go() -> None:
    """A clause in another place is found again; what has no counterpart is new or dropped."""
    found = steps([ASK, WELCOME], [WELCOME, FUND, ASK.replace("a report on", "an interim report on")])
    assert [(step.earlier, step.later, step.change) for step in found] == [
        (1, 0, "same"),
        (None, 1, "new"),
        (0, 2, "changed"),
    ]
    assert [(step.earlier, step.change) for step in steps([ASK, FUND], [ASK])] == [(0, "same"), (1, "dropped")]


def test_common_words_do_not_make_a_pair() -> None:
    """Two requests that share only the words of all requests are two."""
    other = "Requests the Secretary-General to submit to the Assembly at its eighty-first session a list of deep wells;"
    requests = [ASK.replace("harbour safety", matter) for matter in ("sea lanes", "river mouths", "ferry routes")]
    found = steps([*requests, ASK], [*requests, ASK, other.replace("Requests", "Invites")])
    assert [step.change for step in found if step.later == len(requests) + 1] == ["new"]


def test_the_nearest_of_equals_is_taken() -> None:
    """The same words twice in both texts are paired in their order."""
    found = steps([ASK, WELCOME, ASK], [ASK, FUND, ASK])
    assert [(step.earlier, step.later) for step in found if step.change == "same"] == [(0, 0), (2, 2)]


LAMPS = "Requests the harbour master to print a catalogue of coloured lamps;"
OIL = "Requests the harbour master to buy whale oil in the winter months;"
LONG = (
    "Requests the harbour master, in consultation with the guild of pilots, the keepers of lights and the owners of "
    "fishing boats, to print a catalogue of coloured lamps, which states the price, the weight and the maker of each, "
    "with an index of the towns in which they are sold and a table of the hours at which shops are open;"
)


def inside(earlier: list[str], later: list[str]) -> list[tuple[int | None, int | None, tuple[int, ...]]]:
    """Which clause became which, and in which others it lives on, between a draft and its adopted text."""
    return [(step.earlier, step.later, step.inside) for step in steps(earlier, later, each_word=True)]


def test_a_short_clause_lives_on_in_a_long_one() -> None:
    """Between draft and adopted text; from year to year a clause that has grown so much may be another one."""
    assert inside([LAMPS, QUAY], [QUAY, LONG]) == [(1, 0, ()), (0, 1, ())]
    assert [(step.change, step.earlier) for step in steps([LAMPS, QUAY], [QUAY, LONG])] == [
        ("same", 1), ("new", None), ("dropped", 0)
    ]  # fmt: skip


def test_clauses_that_are_merged_or_split() -> None:
    """The one that is likest is the counterpart, and the other lives on in it."""
    both = OIL.replace(";", " and to print a catalogue of coloured lamps;")
    assert inside([OIL, LAMPS, QUAY], [both, QUAY]) == [(0, 0, ()), (2, 1, ()), (1, None, (0,))]
    assert inside([both, QUAY], [OIL, LAMPS, QUAY]) == [(0, 0, ()), (None, 1, (0,)), (1, 2, ())]


def test_a_clause_goes_on_in_the_next_one() -> None:
    """What its counterpart does not have."""
    earlier = LAMPS.replace("lamps;", "lamps in nine dialects;")
    after = (
        "Also asks that it be read aloud on market days, by a crier with a loud voice and a patient manner, in the "
        "dialects of all fishing villages between the northern cape and the southern sands;"
    )
    assert inside([earlier, QUAY], [LONG, after, QUAY]) == [(0, 0, (1,)), (None, 1, ()), (1, 2, ())]


def test_the_words_of_all_requests_keep_no_request_alive() -> None:
    """What another has from its own counterpart is not the clause that was dropped."""
    other = LAMPS.replace("a catalogue of coloured lamps", "a chart of hidden rocks")
    assert inside([LAMPS, other, QUAY], [LAMPS.replace(";", " and of candles;"), QUAY])[-1] == (1, None, ())


def test_beyond_a_bound_clauses_are_looked_for_in_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Then they are dropped and new, as without any looking."""
    monkeypatch.setattr(containment, "MOST_WORK", 0)
    assert inside([LAMPS, QUAY], [QUAY, LONG]) == [(1, 0, ()), (None, 1, ()), (0, None, ())]


@given(st.lists(st.sampled_from([ASK, WELCOME, FUND, "", "Decides", "Calls upon all"]), max_size=8), st.randoms())
def test_each_clause_has_one_step(clauses: list[str], random: st.Random) -> None:
    """Whatever the texts, each clause of both has exactly one step, and the same texts give the same steps."""
    later = random.sample(clauses, len(clauses))[: len(clauses) // 2 + 1]
    found = steps(clauses, later)
    assert found == steps(clauses, later)
    for step in (*found, *steps(clauses, later, each_word=True)):
        assert {*step.inside} <= {*range(len(clauses if step.earlier is None else later))}
    assert sorted(step.earlier for step in found if step.earlier is not None) == list(range(len(clauses)))
    assert sorted(step.later for step in found if step.later is not None) == list(range(len(later)))


def test_a_text_of_very_many_clauses_is_bounded() -> None:
    """Beyond the limit a clause is compared with nothing, and is called neither new nor dropped."""
    many = [f"Requests harbour master {'abcdefghij'[place % 10]} to act;" for place in range(MOST_COMPARED + 5)]
    assert len([step for step in steps(many, many) if step.later is not None]) == MOST_COMPARED


@given(st.text(max_size=300))
def test_any_words_are_read(words: str) -> None:
    """Whatever a clause holds, its steady words are words of it, folded."""
    assert all(word for word in steady(words))
