-- What became of each item that a source showed. The states stood as JSON among the notes of their source before.

CREATE TABLE items (
    item_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    item VARCHAR NOT NULL,
    url VARCHAR,
    title VARCHAR,
    state VARCHAR NOT NULL,
    reason VARCHAR,
    first_seen TIMESTAMPTZ NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    tries INTEGER NOT NULL,
    next_try TIMESTAMPTZ,
    identity VARCHAR,
    "row" VARCHAR NOT NULL,
    read_at TIMESTAMPTZ,
    payload VARCHAR USING COMPRESSION zstd,
    sketch VARCHAR,
    changed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE items IS 'What became of each item that a source showed: recorded, still to be looked at, refused by a filter, or failed.';
COMMENT ON COLUMN items.item_id IS 'sha256 of source and item.';
COMMENT ON COLUMN items.source_id IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN items.item IS 'What it is known by within its source: its canonical address, else its symbol, else a hash of what it says.';
COMMENT ON COLUMN items.url IS 'Its address as the source showed it.';
COMMENT ON COLUMN items.title IS 'Its symbol and title as the source showed them.';
COMMENT ON COLUMN items.state IS 'taken, waiting (for the next crawl), filtered (refused by a filter) or failed (could not be read).';
COMMENT ON COLUMN items.reason IS 'Why it is in this state; null when it was taken.';
COMMENT ON COLUMN items.first_seen IS 'First crawl that showed it (UTC).';
COMMENT ON COLUMN items.since IS 'Since when it has been in this state (UTC).';
COMMENT ON COLUMN items.tries IS 'How often in a row it could not be read.';
COMMENT ON COLUMN items.next_try IS 'When it is tried again: by the first crawl after that (UTC). Null when it did not fail, or when only its source''s page can change that.';
COMMENT ON COLUMN items.identity IS 'Identity of its document, as in documents; null when it was never recorded.';
COMMENT ON COLUMN items."row" IS 'Fingerprint of what the source said of it and of the filter; empty when the row itself is at fault.';
COMMENT ON COLUMN items.read_at IS 'When its document was last read (UTC).';
COMMENT ON COLUMN items.payload IS 'The item as JSON, while it waits or is tried again.';
COMMENT ON COLUMN items.sketch IS 'Hashes of some words of its text, by which an unlikely next text is noticed.';
COMMENT ON COLUMN items.changed_at IS 'End of the crawl that last changed this row (UTC).';

-- "item KEY" is [identity, row, read at], "waiting item KEY" the item whole, "tries item KEY" how often it failed. A note
-- that was emptied is over: an item without identity and reading that has one was given up until the next sweep. It
-- counts as seen by the first crawl, so that an upgrade tells nobody of links that died long ago.
INSERT INTO items
WITH noted AS (
    SELECT source_id, last_crawl, note.key AS name, note.value AS words
    FROM (SELECT source_id, last_crawl, unnest(map_entries(notes)) AS note FROM sources)
),
known AS (
    SELECT
        source_id, substring(name, 6) AS item, words->>'$[0]' AS identity, words->>'$[1]' AS "row",
        (words->>'$[2]')::TIMESTAMPTZ AS read_at
    FROM noted WHERE starts_with(name, 'item ')
),
kept AS (SELECT source_id, substring(name, 14) AS item, words AS payload FROM noted WHERE starts_with(name, 'waiting item ') AND words <> ''),
tried AS (SELECT source_id, substring(name, 12) AS item, words AS tries FROM noted WHERE starts_with(name, 'tries item ')),
said AS (
    SELECT
        source_id, regexp_replace(rtrim(row.url, '/'), '^https?://(www\.)?', '') AS item, arg_max(row.url, finished_at) AS url,
        arg_max(row.title, finished_at) AS title, arg_max(row.reason, finished_at) AS reason
    FROM (SELECT source_id, finished_at, unnest(dropped) AS row FROM batches) WHERE row.url IS NOT NULL
    GROUP BY ALL
),
judged AS (
    SELECT
        *,
        CASE
            WHEN try_cast(tries AS INTEGER) > 0 THEN 'failed'
            WHEN payload IS NOT NULL THEN 'waiting'
            WHEN identity IS NOT NULL THEN 'taken'
            WHEN read_at IS NULL AND tries IS NOT NULL THEN 'failed'
            ELSE 'filtered'
        END AS state
    FROM known FULL JOIN kept USING (source_id, item) FULL JOIN tried USING (source_id, item)
    -- The last words of a failure that was overcome say nothing.
    WHERE "row" IS NOT NULL OR payload IS NOT NULL OR tries <> ''
)
SELECT
    sha256(source_id || chr(10) || item), source_id, item, coalesce(payload->>'$.url', documents.url, said.url),
    coalesce(nullif(concat_ws(' ', payload->>'$.symbol', payload->>'$.title'), ''), documents.title, said.title),
    judged.state,
    CASE judged.state
        WHEN 'failed' THEN coalesce(said.reason, 'could not be read')
        WHEN 'waiting' THEN 'left for the next crawl'
        WHEN 'filtered' THEN coalesce(said.reason, 'refused by the filter')
    END,
    coalesce(documents.first_seen, read_at, if(judged.state = 'failed' AND tries = '', first_success, last_crawl), last_crawl),
    coalesce(read_at, last_crawl),
    if(judged.state = 'failed', coalesce(try_cast(tries AS INTEGER), 5), 0),
    CASE WHEN judged.state = 'failed' THEN if(try_cast(tries AS INTEGER) > 0, last_crawl, last_crawl + INTERVAL 7 DAY) END,
    judged.identity, coalesce("row", ''), read_at, payload, NULL, last_crawl
FROM judged
JOIN sources USING (source_id)
LEFT JOIN said USING (source_id, item)
LEFT JOIN documents ON documents.identity = judged.identity;

UPDATE sources SET notes = map_from_entries(list_filter(
    map_entries(notes),
    lambda note: NOT (starts_with(note.key, 'item ') OR starts_with(note.key, 'waiting ') OR starts_with(note.key, 'tries '))
));
COMMENT ON COLUMN sources.notes IS 'The source''s own notes between crawls: gaps, windows. The states of its items are in items.';

-- No function in the change of type: a log that is replayed after a crash knows only the functions of DuckDB's core.
ALTER TABLE batches ALTER COLUMN dropped TYPE STRUCT(url VARCHAR, title VARCHAR, reason VARCHAR, kind VARCHAR)[];
UPDATE batches SET dropped = list_transform(
    dropped,
    lambda each: {
        'url': each.url, 'title': each.title, 'reason': each.reason,
        'kind': CASE
            WHEN starts_with(each.reason, 'concerns none of ') OR starts_with(each.reason, 'the title has ') OR each.reason = 'withdrawn from the catalogue' THEN 'filtered'
            WHEN starts_with(each.reason, 'text not analysed') OR starts_with(each.reason, 'recorded without its words') THEN 'incomplete'
            ELSE 'failed'
        END
    }
);
COMMENT ON COLUMN batches.dropped IS 'Items that were not taken, or not wholly, and why; kind is filtered, failed or incomplete.';
COMMENT ON COLUMN findings.kind IS 'new_document, new_mandate, changed_clause, draft_adopted, corrigendum, mandate_due, mandate_answered, item_unreadable or source_state.';

CREATE VIEW items_not_taken AS
SELECT source_id AS source, title, url, state, reason, since, tries, next_try
FROM items WHERE state <> 'taken';
COMMENT ON VIEW items_not_taken IS 'What sources showed and is not recorded, and why: it failed, a filter refused it, or it is still to be looked at.';
COMMENT ON COLUMN items_not_taken.source IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN items_not_taken.title IS 'Its symbol and title as the source showed them.';
COMMENT ON COLUMN items_not_taken.url IS 'Its address.';
COMMENT ON COLUMN items_not_taken.state IS 'waiting, filtered or failed.';
COMMENT ON COLUMN items_not_taken.reason IS 'Why it is in this state.';
COMMENT ON COLUMN items_not_taken.since IS 'Since when it has been in this state (UTC).';
COMMENT ON COLUMN items_not_taken.tries IS 'How often in a row it could not be read.';
COMMENT ON COLUMN items_not_taken.next_try IS 'When it is tried again (UTC).';

CREATE OR REPLACE VIEW source_health AS
SELECT
    sources.source_id, sources.state, sources.failures, sources.error, sources.last_success, sources.last_new, sources.last_crawl,
    date_diff('hour', sources.last_success, now()) AS hours_since_success,
    coalesce(seen.documents, 0) AS documents, coalesce(crawls.crawls, 0) AS crawls, coalesce(crawls.failed, 0) AS failed_crawls,
    coalesce(crawls.dropped, 0) AS dropped_rows, coalesce(shown.waiting, 0) AS items_waiting,
    coalesce(shown.filtered, 0) AS items_filtered, coalesce(shown.failed, 0) AS items_failed
FROM sources
LEFT JOIN (SELECT source_id, count(*) AS documents FROM sightings GROUP BY source_id) AS seen USING (source_id)
LEFT JOIN (
    SELECT source_id, count(*) FILTER (outcome <> 'part') AS crawls, count(*) FILTER (outcome = 'failed') AS failed, sum(len(dropped))::BIGINT AS dropped
    FROM batches GROUP BY source_id
) AS crawls USING (source_id)
LEFT JOIN (
    SELECT
        source_id, count(*) FILTER (state = 'waiting') AS waiting, count(*) FILTER (state = 'filtered') AS filtered,
        count(*) FILTER (state = 'failed') AS failed
    FROM items GROUP BY source_id
) AS shown USING (source_id);
COMMENT ON VIEW source_health IS 'How each source is: when it last answered, how often it failed, what it has given.';
COMMENT ON COLUMN source_health.source_id IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN source_health.state IS 'healthy, late, failing or blocked.';
COMMENT ON COLUMN source_health.failures IS 'Failures in a row.';
COMMENT ON COLUMN source_health.error IS 'Why it failed last.';
COMMENT ON COLUMN source_health.last_success IS 'Its last crawl that worked.';
COMMENT ON COLUMN source_health.last_new IS 'When it last showed a document that was new.';
COMMENT ON COLUMN source_health.last_crawl IS 'Its last crawl.';
COMMENT ON COLUMN source_health.hours_since_success IS 'Hours since last_success, counted from the query.';
COMMENT ON COLUMN source_health.documents IS 'Documents it has shown.';
COMMENT ON COLUMN source_health.crawls IS 'Crawls recorded.';
COMMENT ON COLUMN source_health.failed_crawls IS 'Crawls that failed.';
COMMENT ON COLUMN source_health.dropped_rows IS 'Items that were not taken, over all crawls; the reasons are in batches.dropped.';
COMMENT ON COLUMN source_health.items_waiting IS 'Items that the next crawl looks at.';
COMMENT ON COLUMN source_health.items_filtered IS 'Items that its filter refused.';
COMMENT ON COLUMN source_health.items_failed IS 'Items that could not be read; items_not_taken has the reasons.';

COMMENT ON COLUMN batches.outcome IS 'ok, not_modified, failed, or part: handed over before the crawl ended.';
COMMENT ON COLUMN batches.items_seen IS 'Items that the source showed; 0 for a part, whose crawl counts them at its end.';
