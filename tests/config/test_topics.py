"""Topics: what is about migration, what only looks like it, and files that do not fit."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.relevance import LISTS, judged
from config.shipped import shipped
from config.sources import load_sources
from config.strict_yaml import ConfigError
from config.subscriptions import load_subscriptions
from config.term_expressions import expression, folded
from config.topic_words import about
from config.topics import Topic, load_topics
from tests.growth import grows_no_faster

NOWHERE = Path("nowhere")
MIGRATION = load_topics(NOWHERE)["migration"]


@pytest.mark.parametrize(
    "title",
    [
        "Human rights of migrants",
        "HUMAN RIGHTS OF MIGRANTS",
        "Smuggling of some forty undocumented migrants by sea",
        "Admission of asylum-seekers at airports",
        "Droits des réfugiés et des apatrides",
        "DROITS DES REFUGIES",
        "Retour volontaire et réintégration",
        "Trata de personas, especialmente mujeres y niñas",
        "Inmigración irregular en la cuenca",
        "Visas and residence permits: a common list",
    ],
)
def test_a_title_about_the_movement_of_people(title: str) -> None:
    """With or without accents, in capitals or not, in three languages."""
    assert about(MIGRATION, title=title)


@pytest.mark.parametrize(
    "title",
    [
        "Management of highly migratory fish stocks",
        "Migration of waterbirds along the eastern flyway",
        "Data migration: a guide for permanent missions",
        "Migration to the new document management platform",
        "Trafficking in cultural property",
        "Smuggling of tobacco products",
        "Trade across the border",
        "Displaced vertices in dynamic meshes",
        "Migration des données vers le nouveau serveur",
        "Conservation des oiseaux migrateurs",
        "Aves migratorias del litoral",
        "Migración del sistema de correo",
    ],
)
def test_a_title_in_another_sense_of_the_words(title: str) -> None:
    """Fish, birds, data and goods move as well, and are none of ours."""
    assert about(MIGRATION, title=title) is None


@pytest.mark.parametrize("path", sorted(LISTS.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_judged_lists_are_told_apart(path: Path) -> None:
    """Hundreds of titles in three languages; `python -m benchmarks relevance` shows what goes wrong."""
    found = judged(path)
    assert found.precision >= 0.9, found.errors
    assert found.recall >= 0.9, found.errors


def test_what_a_clause_asks_counts_more_than_a_mention() -> None:
    """One mention in a long text on another matter is not enough; a request about migrants is."""
    text = "The budget of the organization. Delegates spoke of roads, of migrants and of water."
    assert about(MIGRATION, title="Budget", text=text) is None
    said = about(MIGRATION, title="Budget", text=text, clauses=["Requests the Secretariat to assist migrants"])
    assert said is not None
    assert said.reason == "a clause has 'migrants'"


def test_three_mentions_are_enough_and_the_reason_counts_them() -> None:
    """The reason says which word, and how often its like occurs."""
    said = about(MIGRATION, title="Budget", text="Refugees in camps; refugees in towns; migrants at sea.")
    assert said is not None
    assert said.reason == "the text has 'Refugees' and the like 3 times"


def test_the_same_uncertain_word_twice_is_no_company() -> None:
    """A visa in the title and in the summary is one word; with a border it is about people who travel."""
    assert about(MIGRATION, title="The visa of the accounts", summary="The visa was given.") is None
    assert about(MIGRATION, title="Visa and border formalities") is not None


def test_the_publishers_headings_count() -> None:
    """A catalogue's subject says what a title does not."""
    assert about(MIGRATION, title="Third report", subjects=["MIGRANT WORKERS"])
    assert about(MIGRATION, title="Third report", subjects=["MIGRATORY SPECIES"]) is None


def test_up_to_four_words_fit_an_ellipsis() -> None:
    """Five are too many, and none is enough."""
    topic = Topic.model_validate({"terms": {"en": {"sure": ["return of ... workers"]}}})
    assert about(topic, title="return of workers")
    assert about(topic, title="return of one two three four workers")
    assert about(topic, title="return of one two three four five workers") is None


@pytest.mark.parametrize("term", ["(open", "closed)", "a ()", "either|or", "trailing ...", "(|b)"])
def test_a_term_that_cannot_be_understood_is_refused(term: str) -> None:
    """The sentence quotes it."""
    with pytest.raises(ValueError, match="cannot be understood"):
        expression(term)


@given(st.text())
def test_folding_keeps_every_character_in_its_place(words: str) -> None:
    """A reason quotes the words as they are written, by their place in the folded ones."""
    assert len(folded(words)) == len(words)


@pytest.mark.parametrize("made", ["smuggling of a b c ", "- " * 9, "migrant’", "(", "trata de la ", "displaced "])
def test_long_texts_cost_no_more_a_word_than_short_ones(made: str) -> None:
    """Nothing that somebody can write makes the expressions slower than its length does."""
    about(MIGRATION, title="x", text=made)
    grows_no_faster(lambda times: lambda: about(MIGRATION, title="x", text=made * times), 8_000)


def test_own_topics_add_and_replace(tmp_path: Path) -> None:
    """A topics.yaml of one's own adds to the topics that come with the program."""
    (tmp_path / "topics.yaml").write_text("fish: {terms: {en: {sure: [fish*]}}}\n")
    assert set(load_topics(tmp_path)) == {"migration", "fish"}
    (tmp_path / "topics.yaml").write_text("migration: {terms: {en: {sure: [nomad*]}}}\n")
    assert about(load_topics(tmp_path)["migration"], title="Nomads")
    assert not about(load_topics(tmp_path)["migration"], title="Migrants")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("fish: {terms: {en: {}}}\n", "has no terms"),
        ("fish: {terms: {en: {sure: ['(fish']}}}\n", "cannot be understood"),
        ("fish: {terms: {en: {certain: [fish]}}}\n", "topics.yaml:1: fish.terms.en.certain"),
        ("Fish and chips: {terms: {en: {sure: [fish]}}}\n", "topics.yaml:1"),
    ],
)
def test_a_topics_file_that_does_not_fit_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """With file, line and key."""
    (tmp_path / "topics.yaml").write_text(text)
    with pytest.raises(ConfigError, match=re_escape(said)):
        load_topics(tmp_path)


def re_escape(text: str) -> str:
    """For `match`."""
    return "".join(f"[{each}]" if each in ".(" else each for each in text)


def test_a_source_names_a_topic_that_is_known(tmp_path: Path) -> None:
    """An unknown one is refused with its line and what was meant."""
    path = tmp_path / "sources.yaml"
    path.write_text("- {id: a, kind: feed, url: 'https://example.org/f', filter: {topics: [migration]}}\n")
    assert set(load_sources(path)[0].filter.lists) == {"migration"}
    path.write_text("\n- {id: a, kind: feed, url: 'https://example.org/f', filter: {topics: [migrations]}}\n")
    with pytest.raises(ConfigError, match=r"sources.yaml:2: a.filter.topics: there is no topic 'migrations'; did you"):
        load_sources(path)


def test_a_changed_topic_is_read_again(tmp_path: Path) -> None:
    """The sources are kept between two looks only as long as both files are the same."""
    path, topics = tmp_path / "sources.yaml", tmp_path / "topics.yaml"
    path.write_text("- {id: a, kind: feed, url: 'https://example.org/f', filter: {topics: [fish]}}\n")
    topics.write_text("fish: {terms: {en: {sure: [fish*]}}}\n")
    before = load_sources(path)[0].filter.lists["fish"].digest
    topics.write_text("fish: {terms: {en: {sure: [fish*, eel*]}}}\n")
    assert load_sources(path)[0].filter.lists["fish"].digest != before


def test_a_subscription_names_a_topic_that_is_known(tmp_path: Path) -> None:
    """`topic:` among the words; an unknown one is refused with its line."""
    text = (
        "subscriptions: {desk: {targets: [desk], filters: {words: ['topic:%s', diaspora]}}}\ntargets: {desk: mailbox}\n"
    )
    (tmp_path / "subscriptions.yaml").write_text(text % "migration")
    assert set(load_subscriptions(tmp_path).subscriptions[0].filters.lists) == {"migration"}
    (tmp_path / "subscriptions.yaml").write_text(text % "migraton")
    with pytest.raises(
        ConfigError, match=r"subscriptions.yaml:1: .*there is no topic 'migraton'; did you mean migration"
    ):
        load_subscriptions(tmp_path)


def test_the_shipped_sources_name_topics_that_are_known() -> None:
    """A fresh configuration works as it comes."""
    assert any(source.filter.topics for source in load_sources(shipped("sources.yaml")))
