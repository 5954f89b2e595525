"""A home filled with made documents, fast: words of letters that no language has, as frequent as those of real texts.

The n-th word is as frequent as 1/n. Words are put together from syllables, some of which begin far more words than
others, so that beginnings of two and three letters match as many words as they do in a language.
"""

from __future__ import annotations

import random
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING

from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

VOCABULARY = 50_000
WORDS_PER_DOCUMENT = 150
BODIES = ("UNGA", "HRC", "ECOSOC", "IPU", "AALCO", "SC", "WHA", "ILO", "PA", "IOM", "CEB", "PACE")
TYPES = ("reporting_request", "task_assignment", "agenda_placement", "convening", "budget", "extension_renewal")
ADDRESSEES = ("un:secretary-general", "un:hrc", "un:ecosoc", "iom:director-general", "ipu:secretariat")
_AT_ONCE = 50_000
_ONSETS, _VOWELS, _CODAS = "tsmcrpdnblfghvkjwzq", "eaoiu", ("", "", "n", "r", "s", "l", "t")

_VOCABULARY = """
CREATE OR REPLACE TEMP TABLE vocabulary AS
SELECT generate_subscripts($words, 1) - 1 AS rank, unnest($words) AS word"""

# The rank of a word is the vocabulary's size to a power that is even between 0 and 1, so its frequency falls with its
# rank. md5 gives the same texts on every machine.
_TEXTS = """
CREATE OR REPLACE TEMP TABLE texts AS
SELECT n, string_agg(word, ' ') AS words FROM (
    SELECT n, floor(pow($vocabulary, md5_number_lower(n || '-' || i) / 18446744073709551616.0))::INTEGER AS rank
    FROM range($first, $last) AS numbers(n), range($words) AS places(i)
) JOIN vocabulary USING (rank) GROUP BY n ORDER BY n"""

_DOCUMENTS = """
INSERT INTO documents BY NAME
SELECT
    sha256('d' || n) AS document_id, sha256('d' || n) AS identity,
    $bodies[1 + floor(len($bodies) * pow(md5_number_lower('b' || n) / 18446744073709551616.0, 2))::INTEGER] AS body,
    ['resolution', 'report', 'news'][1 + n % 3] AS kind, 'adopted' AS stage, 80 AS session,
    'Matter ' || n || ' of ' || regexp_extract(words, '^\\w+ \\w+ \\w+') AS title,
    CASE WHEN n % 20 < 16 THEN 'en' WHEN n % 20 < 19 THEN 'fr' ELSE 'es' END AS language,
    DATE '1990-01-01' + (n % 12000)::INTEGER AS published_on, 'day' AS published_precision,
    'document' AS published_origin, 'https://example.org/' || n AS url, [] AS topics, now() AS first_seen
FROM texts"""

_VERSIONS = """
INSERT INTO versions BY NAME
SELECT
    sha256('v' || n) AS version_id, sha256('d' || n) AS document_id, words AS text,
    'x' AS text_sha256, 'text/plain' AS media_type, [] AS page_starts, [] AS flags, now() AS first_seen
FROM texts"""

_SIGHTINGS = """
INSERT INTO sightings BY NAME
SELECT
    sha256('s' || n) AS sighting_id, 'made' AS source_id, sha256('d' || n) AS document_id,
    sha256('v' || n) AS version_id, 'https://example.org/' || n AS url, 'Matter ' || n AS title,
    now() AS first_seen, now() AS last_seen
FROM texts"""

_ANALYSES = """
INSERT INTO analyses BY NAME
SELECT sha256('v' || n) AS version_id, 'en' AS language, [] AS preamble, [] AS notes, now() AS analysed_at FROM texts"""

# Every second document asks for something.
_CLAUSES = """
INSERT INTO clauses BY NAME
SELECT
    sha256('c' || n) AS clause_id, sha256('v' || n) AS version_id, sha256('d' || n) AS document_id, 1 AS position,
    '1' AS number, 0 AS start, 100 AS "end", left(words, 100) AS quote, left(words, 100) AS display, 'requests' AS verb,
    'task_assignment' AS type, true AS is_mandate, 'made' AS rule, [] AS evidence
FROM texts WHERE n % 2 = 0"""

_MANDATES = """
INSERT INTO mandates BY NAME
SELECT
    sha256('m' || n) AS mandate_id, sha256('c' || n) AS clause_id, sha256('v' || n) AS version_id,
    sha256('d' || n) AS document_id, 0 AS start, 100 AS "end", left(words, 100) AS quote, 'requests' AS verb,
    $types[1 + n // 2 % len($types)] AS type,
    $addressees[1 + n // 2 % len($addressees)] AS addressee_id, DATE '2026-01-01' + (n % 2000)::INTEGER AS due_start,
    DATE '2026-01-01' + (n % 2000)::INTEGER AS due_end, 'stated date' AS due_basis, [] AS dues, 'made' AS rule
FROM texts WHERE n % 2 = 0"""


@cache
def vocabulary() -> tuple[str, ...]:
    """The words, the most frequent first."""
    chance = random.Random(20261126)  # noqa: S311 - the same words each time
    # As in English, where a tenth of the beginnings of three letters begin more than half of all words.
    heads = [onset + vowel for onset in _ONSETS for vowel in _VOWELS]
    weights = list(accumulate(1 / place for place in range(1, len(heads) + 1)))
    words: dict[str, None] = {}
    while len(words) < VOCABULARY:
        syllables = chance.choices(heads, cum_weights=weights, k=chance.choice((1, 2, 2, 3, 3, 4)))
        words["".join(syllable + chance.choice(_CODAS) for syllable in syllables)] = None
    return tuple(words)


def fill(home: Path, count: int, *, first: int = 0, words: int = WORDS_PER_DOCUMENT) -> None:
    """Record documents number `first` to `first + count`, every second one with a mandate, and publish the snapshot."""
    lists = {"bodies": BODIES, "types": TYPES, "addressees": ADDRESSEES}
    for begin in range(first, first + count, _AT_ONCE):
        numbers = {"first": begin, "last": min(begin + _AT_ONCE, first + count)}
        sizes = {"vocabulary": VOCABULARY, "words": words}
        with session(home) as connection:
            connection.execute("SET enable_progress_bar = false")
            connection.execute(_VOCABULARY, {"words": list(vocabulary())})
            connection.execute(_TEXTS, numbers | sizes)
            for statement in (_DOCUMENTS, _VERSIONS, _SIGHTINGS, _ANALYSES, _CLAUSES, _MANDATES):
                wanted = {name: list(values) for name, values in lists.items() if f"${name}" in statement}
                connection.execute(statement, wanted or None)
    publish(home)
