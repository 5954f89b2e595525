-- When bodies meet, and what proves that nothing they published was missed.
-- One PRIMARY KEY a table, as in 0001.

CREATE TABLE sessions (
    session_id VARCHAR PRIMARY KEY,
    body VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    start_on DATE,
    end_on DATE,
    is_expected BOOLEAN NOT NULL,
    confidence VARCHAR NOT NULL,
    origin VARCHAR NOT NULL,
    source VARCHAR NOT NULL,
    who VARCHAR,
    changed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE sessions IS 'What was known about the sessions of bodies, and since when. Append-only: a change is a new row. The view current_sessions has what is valid now.';
COMMENT ON COLUMN sessions.session_id IS 'sha256 of all that the row says.';
COMMENT ON COLUMN sessions.body IS 'The body that meets.';
COMMENT ON COLUMN sessions.number IS 'Ordinal of the session; the year for bodies that number by years.';
COMMENT ON COLUMN sessions.start_on IS 'First day; null where the session is no longer listed.';
COMMENT ON COLUMN sessions.end_on IS 'Last day; null where the session is no longer listed.';
COMMENT ON COLUMN sessions.is_expected IS 'Whether the days follow only from the interval between earlier sessions; nobody announced them.';
COMMENT ON COLUMN sessions.confidence IS 'checked (seen in a document of that session), listed (from the body''s list), computed (from a rule) or expected (from the interval between earlier sessions).';
COMMENT ON COLUMN sessions.origin IS 'calendar (sessions.yaml, and what is expected by it) or the id of the source that published it.';
COMMENT ON COLUMN sessions.source IS 'Where the days come from.';
COMMENT ON COLUMN sessions.who IS 'Who entered it; null for what came with the program or from a source.';
COMMENT ON COLUMN sessions.changed_at IS 'When it was entered or first noticed (UTC).';

CREATE VIEW current_sessions AS
WITH latest AS (
    SELECT *, CASE WHEN who IS NOT NULL THEN 1 WHEN origin <> 'calendar' THEN 2 ELSE 3 END AS rank
    FROM (
        FROM sessions
        QUALIFY row_number() OVER (PARTITION BY body, number, origin ORDER BY changed_at DESC, session_id) = 1
    )
    WHERE start_on IS NOT NULL
),
best AS (
    FROM latest
    QUALIFY row_number() OVER (PARTITION BY body, number ORDER BY rank, changed_at DESC, origin) = 1
)
SELECT
    best.body, best.number, best.start_on, best.end_on, best.is_expected, best.confidence, best.origin, best.source, best.who,
    best.changed_at, others.words AS otherwise
FROM best LEFT JOIN (
    SELECT
        latest.body, latest.number,
        string_agg(format('{} to {} ({})', latest.start_on, latest.end_on, latest.source), '; ' ORDER BY latest.rank, latest.origin) AS words
    FROM latest JOIN best USING (body, number)
    WHERE (latest.start_on, latest.end_on) <> (best.start_on, best.end_on) AND NOT latest.is_expected
    GROUP BY ALL
) AS others USING (body, number);
COMMENT ON VIEW current_sessions IS 'The sessions of all bodies as known now: what a person entered takes precedence over what a source published, and that over the program''s calendar.';
COMMENT ON COLUMN current_sessions.body IS 'The body that meets.';
COMMENT ON COLUMN current_sessions.number IS 'Ordinal of the session; the year for bodies that number by years.';
COMMENT ON COLUMN current_sessions.start_on IS 'First day.';
COMMENT ON COLUMN current_sessions.end_on IS 'Last day.';
COMMENT ON COLUMN current_sessions.is_expected IS 'Whether the days follow only from the interval between earlier sessions; nobody announced them.';
COMMENT ON COLUMN current_sessions.confidence IS 'checked, listed, computed or expected, as in sessions.';
COMMENT ON COLUMN current_sessions.origin IS 'calendar or the id of the source that published it.';
COMMENT ON COLUMN current_sessions.source IS 'Where the days come from.';
COMMENT ON COLUMN current_sessions.who IS 'Who entered it; null for what came with the program or from a source.';
COMMENT ON COLUMN current_sessions.changed_at IS 'Since when this has been known here (UTC).';
COMMENT ON COLUMN current_sessions.otherwise IS 'Other days that were given for it, and by whom; null where there are no others.';

-- The days of a deadline were resolved by the calendar of that time, so those of a session that was moved since still find it.
CREATE VIEW session_agendas AS
SELECT
    session.body, session.number AS session, session.start_on, session.end_on, session.is_expected,
    coalesce(placed.agenda_title, placed.agenda_item, placed.title) AS item,
    placed.symbol, placed.title, placed.body AS placed_by, placed.published_on, placed.number, placed.page, placed.quote, placed.agenda_item,
    placed.due, placed.url, placed.mandate_id, placed.task_key
FROM current_deadlines AS placed JOIN current_sessions AS session ON
    (session.start_on = placed.due_start AND session.end_on = placed.due_end)
    OR (session.body = CASE WHEN placed.body LIKE 'UNGA-%' THEN 'UNGA' ELSE placed.body END
        AND abs(date_diff('day', session.start_on, placed.due_start)) <= 45)
WHERE placed.type = 'agenda_placement' AND coalesce(placed.stage, '') NOT IN ('preliminary_draft', 'draft')
    AND coalesce(placed.state, 'open') = 'open'
QUALIFY row_number() OVER (
    PARTITION BY placed.mandate_id, placed.due_position
    ORDER BY
        CASE WHEN session.body = placed.body OR placed.body LIKE session.body || '-%' THEN 0 ELSE 1 END,
        abs(date_diff('day', session.start_on, placed.due_start)), session.body, session.number
) = 1;
COMMENT ON VIEW session_agendas IS 'What each session has on its agenda as far as the recorded documents place it there; drafts, and what a person called done or dropped, are left out.';
COMMENT ON COLUMN session_agendas.body IS 'The body that meets.';
COMMENT ON COLUMN session_agendas.session IS 'Ordinal of the session.';
COMMENT ON COLUMN session_agendas.start_on IS 'First day of the session.';
COMMENT ON COLUMN session_agendas.end_on IS 'Last day of the session.';
COMMENT ON COLUMN session_agendas.is_expected IS 'Whether the days of the session follow only from the interval between earlier sessions.';
COMMENT ON COLUMN session_agendas.item IS 'The item: its title, else as written, else the title of the document that places it.';
COMMENT ON COLUMN session_agendas.symbol IS 'Symbol of the document that places it there.';
COMMENT ON COLUMN session_agendas.title IS 'Title of that document.';
COMMENT ON COLUMN session_agendas.placed_by IS 'Organ that adopted that document.';
COMMENT ON COLUMN session_agendas.published_on IS 'Day of its adoption or issue.';
COMMENT ON COLUMN session_agendas.number IS 'The clause''s number.';
COMMENT ON COLUMN session_agendas.page IS 'Page of the clause, from 1.';
COMMENT ON COLUMN session_agendas.quote IS 'The words.';
COMMENT ON COLUMN session_agendas.agenda_item IS 'The item as written.';
COMMENT ON COLUMN session_agendas.due IS 'The session as written.';
COMMENT ON COLUMN session_agendas.url IS 'Where to read the document.';
COMMENT ON COLUMN session_agendas.mandate_id IS 'The mandate.';
COMMENT ON COLUMN session_agendas.task_key IS 'Lasting name of the task.';

-- A source that counts numbers notes for each of its series the lowest and the highest number, the holes between them, since when
-- each is known and when it was last asked for (scrapers/kinds/counting.py).
CREATE VIEW coverage_numbers AS
WITH noted AS (
    SELECT source_id, notes, last_success, unnest(map_keys(notes)) AS name FROM sources
),
series AS (
    SELECT
        source_id, notes, last_success, left(name, length(name) - 7) AS prefix, rtrim(left(name, length(name) - 7)) AS series,
        TRY_CAST(notes[left(name, length(name) - 7) || 'lowest'] AS INTEGER) AS lowest, TRY_CAST(notes[name] AS INTEGER) AS highest
    FROM noted WHERE name = 'highest' OR name LIKE '% highest'
),
counted AS (
    SELECT source_id, notes, prefix, series, last_success, unnest(range(lowest, highest + 1))::INTEGER AS number
    FROM series WHERE lowest IS NOT NULL AND highest IS NOT NULL
),
holes AS (
    SELECT
        source_id, series, TRY_CAST(number AS INTEGER) AS number,
        regexp_replace(split_part(times, '/', 1), '^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)$', '\1-\2-\3 \4:\5:00+00') AS since,
        regexp_replace(split_part(times, '/', 2), '^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)$', '\1-\2-\3 \4:\5:00+00') AS asked
    FROM (
        SELECT
            source_id, series, unnest(string_split(notes[prefix || 'gaps'], ',')) AS number,
            unnest(string_split(notes[prefix || 'holes'], ',')) AS times
        FROM series
    )
    WHERE number <> ''
),
-- Numbers that continue through the years: the year of a number is the last one that had begun.
firsts AS (
    SELECT source_id, split_part(pair, ':', 1) AS turn, TRY_CAST(split_part(pair, ':', 2) AS INTEGER) AS number
    FROM (SELECT source_id, unnest(string_split(notes['firsts'], ',')) AS pair FROM sources) WHERE pair <> ''
),
turned AS (
    SELECT counted.source_id, counted.series, counted.number, arg_max(firsts.turn, firsts.number) AS turn
    FROM counted JOIN firsts ON firsts.source_id = counted.source_id AND firsts.number <= counted.number
    GROUP BY ALL
),
labelled AS (
    SELECT
        counted.source_id, counted.notes['body'] AS body, counted.series, counted.number,
        replace(replace(counted.notes[counted.prefix || 'called'], '{number}', counted.number::VARCHAR), '{turn}', coalesce(turned.turn, '')) AS label,
        counted.last_success, (holes.number IS NOT NULL) AS is_missing, TRY_CAST(holes.since AS TIMESTAMPTZ) AS since, TRY_CAST(holes.asked AS TIMESTAMPTZ) AS asked_at
    FROM counted
    LEFT JOIN holes ON (holes.source_id, holes.series, holes.number) = (counted.source_id, counted.series, counted.number)
    LEFT JOIN turned ON (turned.source_id, turned.series, turned.number) = (counted.source_id, counted.series, counted.number)
),
shown AS (
    SELECT
        source_id, regexp_replace(split_part(title, ' ', 1), '/(Rev|Add|Corr|Amend)\.\d+$', '') AS label,
        CASE min(CASE state WHEN 'taken' THEN 1 WHEN 'failed' THEN 2 WHEN 'waiting' THEN 3 ELSE 4 END)
            WHEN 1 THEN 'recorded' WHEN 2 THEN 'failed' WHEN 3 THEN 'waiting' ELSE 'filtered' END AS state,
        min(first_seen) AS first_seen
    FROM items WHERE title IS NOT NULL GROUP BY ALL
),
known AS (
    SELECT replace(regexp_replace(symbol, '( [A-Z]|/(Rev|Add|Corr|Amend)\.\d+)$', ''), ' ', '') AS label, min_by(document_id, first_seen) AS document_id
    FROM documents WHERE symbol IS NOT NULL GROUP BY ALL
)
SELECT
    labelled.source_id, labelled.body, labelled.series, labelled.number, labelled.label,
    CASE WHEN labelled.is_missing THEN 'missing' ELSE coalesce(shown.state, 'seen') END AS state,
    CASE WHEN labelled.is_missing THEN labelled.since ELSE shown.first_seen END AS since,
    labelled.asked_at,
    CASE WHEN labelled.is_missing THEN coalesce(date_diff('day', labelled.since, labelled.asked_at) >= 60, false) END AS is_known_hole,
    known.document_id, labelled.last_success
FROM labelled
LEFT JOIN shown ON (shown.source_id, shown.label) = (labelled.source_id, labelled.label)
LEFT JOIN known ON known.label = replace(labelled.label, ' ', '');
COMMENT ON VIEW coverage_numbers IS 'Every number of every series that a source counts, from the lowest to the highest that was seen: whether it was there, and what became of it.';
COMMENT ON COLUMN coverage_numbers.source_id IS 'The source that counts.';
COMMENT ON COLUMN coverage_numbers.body IS 'The organ that publishes the series; null where its source does not say.';
COMMENT ON COLUMN coverage_numbers.series IS 'Which series of the source: the session or year, where numbering starts again in each; empty where there is only one.';
COMMENT ON COLUMN coverage_numbers.number IS 'The number.';
COMMENT ON COLUMN coverage_numbers.label IS 'The symbol of that number, or what its page is called.';
COMMENT ON COLUMN coverage_numbers.state IS 'missing (the publisher shows nothing under it), recorded, filtered (seen, and refused by the filter of the source), failed (seen, and could not be read), waiting (for the next crawl) or seen.';
COMMENT ON COLUMN coverage_numbers.since IS 'Since when it is known to be missing, or when it was first seen (UTC); null for pages of sessions.';
COMMENT ON COLUMN coverage_numbers.asked_at IS 'When a missing one was last asked for (UTC).';
COMMENT ON COLUMN coverage_numbers.is_known_hole IS 'Whether a missing one was asked for in vain for 60 days or more, so that only sweeps still ask for it; null for those that were seen.';
COMMENT ON COLUMN coverage_numbers.document_id IS 'The document of that symbol, whichever source showed it: a missing number may be known from another source.';
COMMENT ON COLUMN coverage_numbers.last_success IS 'Last successful crawl of the source (UTC).';

CREATE VIEW coverage_series AS
SELECT
    counted.source_id, any_value(body) AS body, series,
    any_value(sources.notes[CASE WHEN series = '' THEN 'called' ELSE series || ' called' END]) AS label, min(number) AS lowest, max(number) AS highest,
    arg_max(counted.label, number) AS last_label,
    count(*) AS numbers, count(*) FILTER (WHERE counted.state <> 'missing') AS seen,
    count(*) FILTER (WHERE counted.state = 'missing') AS missing, count(*) FILTER (WHERE is_known_hole) AS known_holes,
    count(*) FILTER (WHERE counted.state = 'missing' AND document_id IS NOT NULL) AS known_elsewhere,
    count(*) FILTER (WHERE counted.state = 'recorded') AS recorded, count(*) FILTER (WHERE counted.state = 'failed') AS failed,
    min(since) FILTER (WHERE counted.state = 'missing' AND NOT is_known_hole) AS missing_since,
    any_value(counted.last_success) AS last_success, any_value(sources.state) AS source_state
FROM coverage_numbers AS counted JOIN sources USING (source_id)
GROUP BY counted.source_id, counted.series;
COMMENT ON VIEW coverage_series IS 'Whether the numbers of each counted series were all seen, one row per series. coverage_numbers has the numbers.';
COMMENT ON COLUMN coverage_series.source_id IS 'The source that counts.';
COMMENT ON COLUMN coverage_series.body IS 'The organ that publishes the series.';
COMMENT ON COLUMN coverage_series.series IS 'Which series of the source; empty where there is one.';
COMMENT ON COLUMN coverage_series.label IS 'What its symbols have in common, with {number} in it, and {turn} for the year where numbers continue through the years.';
COMMENT ON COLUMN coverage_series.lowest IS 'The number from which the source counts.';
COMMENT ON COLUMN coverage_series.highest IS 'The highest number that was seen.';
COMMENT ON COLUMN coverage_series.last_label IS 'The symbol of the highest number.';
COMMENT ON COLUMN coverage_series.numbers IS 'How many numbers there are from the lowest to the highest.';
COMMENT ON COLUMN coverage_series.seen IS 'How many of them were seen.';
COMMENT ON COLUMN coverage_series.missing IS 'How many were not.';
COMMENT ON COLUMN coverage_series.known_holes IS 'How many of the missing ones were asked for in vain for 60 days or more.';
COMMENT ON COLUMN coverage_series.known_elsewhere IS 'How many of the missing ones are recorded from another source.';
COMMENT ON COLUMN coverage_series.recorded IS 'How many are recorded as documents; others were refused by the filter of the source, or are waiting.';
COMMENT ON COLUMN coverage_series.failed IS 'How many were seen and could not be read.';
COMMENT ON COLUMN coverage_series.missing_since IS 'Since when the oldest missing number has been missing, known holes aside (UTC).';
COMMENT ON COLUMN coverage_series.last_success IS 'Last successful crawl of the source (UTC): the coverage is known up to then.';
COMMENT ON COLUMN coverage_series.source_state IS 'State of the source: healthy, late, failing or blocked.';

CREATE VIEW coverage_bodies AS
WITH dated AS (
    SELECT CASE WHEN body LIKE 'UNGA-%' THEN 'UNGA' ELSE body END AS body, session, published_on, first_seen
    FROM documents WHERE body IS NOT NULL
),
-- Where symbols hold no session, the day of a document tells to which one it belongs.
placed AS (
    SELECT body, session, published_on, first_seen FROM dated WHERE session IS NOT NULL
    UNION ALL
    SELECT dated.body, held.number, published_on, first_seen
    FROM dated LEFT JOIN current_sessions AS held
        ON held.body = dated.body AND dated.published_on BETWEEN held.start_on AND held.end_on
    WHERE dated.session IS NULL
),
seen AS (
    SELECT body, min(session) AS first_session, max(session) AS last_session, max(published_on) AS newest_on, max(first_seen) AS last_seen, count(*) AS documents
    FROM placed GROUP BY ALL
),
begun AS (
    SELECT body, number, start_on, end_on, is_expected FROM current_sessions WHERE start_on <= current_date
),
held AS (
    SELECT body, max(number) AS number, arg_max(start_on, number) AS start_on, arg_max(end_on, number) AS end_on, arg_max(is_expected, number) AS is_expected
    FROM begun GROUP BY ALL
),
coming AS (
    SELECT body, arg_min(number, start_on) AS number, min(start_on) AS start_on, arg_min(is_expected, start_on) AS is_expected
    FROM current_sessions WHERE start_on > current_date GROUP BY ALL
),
late AS (
    SELECT begun.body FROM begun JOIN seen ON seen.body = begun.body AND begun.number > seen.last_session
    WHERE NOT begun.is_expected AND begun.end_on < current_date - 60 GROUP BY ALL
),
unseen AS (
    SELECT begun.body, list(begun.number ORDER BY begun.number) AS numbers
    FROM begun JOIN seen ON seen.body = begun.body AND begun.number > seen.first_session
    JOIN held ON held.body = begun.body AND begun.number < held.number
    WHERE NOT EXISTS (FROM placed WHERE placed.body = begun.body AND placed.session = begun.number)
    GROUP BY ALL
)
SELECT
    coalesce(seen.body, held.body, coming.body) AS body, coalesce(seen.documents, 0) AS documents,
    seen.last_session AS last_session_seen, seen.newest_on, seen.last_seen,
    held.number AS last_session_held, held.start_on AS held_start_on, held.end_on AS held_end_on, held.is_expected AS held_is_expected,
    coming.number AS next_session, coming.start_on AS next_start_on, coming.is_expected AS next_is_expected,
    unseen.numbers AS sessions_not_seen,
    CASE
        WHEN seen.body IS NULL THEN 'nothing seen'
        WHEN held.body IS NULL THEN 'no calendar'
        WHEN seen.last_session IS NULL THEN 'unknown'
        WHEN seen.last_session >= held.number THEN 'seen'
        WHEN late.body IS NOT NULL THEN 'behind'
        WHEN held.is_expected THEN 'unknown'
        ELSE 'awaited'
    END AS state
FROM seen
FULL JOIN held ON held.body = seen.body
FULL JOIN coming ON coming.body = coalesce(seen.body, held.body)
LEFT JOIN late ON late.body = seen.body
LEFT JOIN unseen ON unseen.body = coalesce(seen.body, held.body, coming.body);
COMMENT ON VIEW coverage_bodies IS 'The last session of which documents were seen, beside the last one that the calendar knows to have begun, one row per body.';
COMMENT ON COLUMN coverage_bodies.body IS 'The body; the committees of the General Assembly belong to it.';
COMMENT ON COLUMN coverage_bodies.documents IS 'How many of its documents are recorded.';
COMMENT ON COLUMN coverage_bodies.last_session_seen IS 'The highest session of which a document is recorded; null where none says its session or its day.';
COMMENT ON COLUMN coverage_bodies.newest_on IS 'Day of its newest document.';
COMMENT ON COLUMN coverage_bodies.last_seen IS 'When a new document of it was last recorded (UTC).';
COMMENT ON COLUMN coverage_bodies.last_session_held IS 'The last session that had begun by today.';
COMMENT ON COLUMN coverage_bodies.held_start_on IS 'Its first day.';
COMMENT ON COLUMN coverage_bodies.held_end_on IS 'Its last day.';
COMMENT ON COLUMN coverage_bodies.held_is_expected IS 'Whether its days follow only from the interval between earlier sessions.';
COMMENT ON COLUMN coverage_bodies.next_session IS 'The next session.';
COMMENT ON COLUMN coverage_bodies.next_start_on IS 'Its first day.';
COMMENT ON COLUMN coverage_bodies.next_is_expected IS 'Whether its days follow only from the interval between earlier sessions.';
COMMENT ON COLUMN coverage_bodies.sessions_not_seen IS 'Sessions between the first one seen and the last one held of which no document is recorded; null where there is none.';
COMMENT ON COLUMN coverage_bodies.state IS 'seen (documents of the last session are recorded), behind (nothing is recorded of an announced session that ended 60 days ago or earlier), awaited (the last session is running or ended less than 60 days ago), unknown (its days are only expected, or no document says its session), no calendar or nothing seen.';
