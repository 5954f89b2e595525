-- How long it takes from publication to notification, and how far the past of each source is loaded.

-- What a source showed at the first look, or further down while its past was loaded, is not news, and says nothing of
-- how late the source is. Items of former homes: those that the first crawl showed.
ALTER TABLE items ADD COLUMN baseline BOOLEAN;
UPDATE items SET baseline = items.first_seen <= sources.first_success
FROM sources WHERE sources.source_id = items.source_id AND sources.first_success IS NOT NULL;
COMMENT ON COLUMN items.baseline IS 'Whether it was there at the first crawl, or was found while the past of the source was loaded; null where that is not known.';

CREATE TABLE baselines (
    source_id VARCHAR PRIMARY KEY,
    since DATE NOT NULL,
    until DATE,
    place VARCHAR,
    reached DATE,
    outcome VARCHAR,
    changed_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE baselines IS 'How far the past of a source has been loaded by `mandates baseline`.';
COMMENT ON COLUMN baselines.source_id IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN baselines.since IS 'The first day that was asked for.';
COMMENT ON COLUMN baselines.until IS 'The last day that was asked for; null for no limit.';
COMMENT ON COLUMN baselines.place IS 'Where the next step begins, in the terms of the source''s kind: a page, a window of time, a number; null before the first step and after the last.';
COMMENT ON COLUMN baselines.reached IS 'The earliest day that it has come to; null where nothing was dated.';
COMMENT ON COLUMN baselines.outcome IS 'reached (the past goes back to the day that was asked for), no_more (the source shows nothing older), or null while it is under way.';
COMMENT ON COLUMN baselines.changed_at IS 'When the last step ended (UTC).';

CREATE VIEW document_delays AS
SELECT
    listed.source_id, listed.document_id, listed.symbol, listed.title, listed.published_on, listed.published_precision,
    listed.listed_at, found.found_at AS recorded_at, sent.notified_at,
    CASE WHEN listed.published_precision = 'day' THEN greatest(
        date_diff('day', listed.published_on, CAST(listed.listed_at AT TIME ZONE 'UTC' AS DATE)), 0
    ) END AS listed_after_days,
    date_diff('second', listed.listed_at, found.found_at) / 60.0 AS recorded_after_minutes,
    date_diff('second', found.found_at, sent.notified_at) / 60.0 AS notified_after_minutes
FROM (
    SELECT
        sightings.source_id, documents.document_id, documents.symbol, documents.title, documents.published_on,
        documents.published_precision, least(sightings.first_seen, shown.first_seen) AS listed_at,
        -- Another source may have brought the document before.
        sightings.first_seen = documents.first_seen AS is_first
    FROM sightings
    JOIN documents USING (document_id)
    JOIN sources ON sources.source_id = sightings.source_id
    LEFT JOIN (
        SELECT source_id, identity, min(first_seen) AS first_seen, coalesce(bool_or(baseline), false) AS baseline
        FROM items WHERE identity IS NOT NULL GROUP BY source_id, identity
    ) AS shown ON shown.source_id = sightings.source_id AND shown.identity = documents.identity
    -- Local files that somebody ingested come when that person likes; only crawls leave notes.
    WHERE cardinality(sources.notes) > 0 AND NOT coalesce(shown.baseline, false)
        AND least(sightings.first_seen, shown.first_seen) > sources.first_success
) AS listed
SEMI JOIN (FROM findings WHERE kind = 'new_document' AND NOT baseline) AS news ON news.document_id = listed.document_id
LEFT JOIN (
    SELECT document_id, min(found_at) AS found_at FROM findings WHERE kind = 'new_document' GROUP BY document_id
) AS found ON found.document_id = listed.document_id AND listed.is_first
LEFT JOIN (
    SELECT alerts.document_id, min(deliveries.sent_at) AS notified_at
    FROM alerts
    JOIN delivery_alerts ON delivery_alerts.alert_id = alerts.alert_id
    JOIN deliveries ON deliveries.delivery_id = delivery_alerts.delivery_id
    -- A digest waits for its hour because its readers want that.
    WHERE alerts.kind IN ('new_document', 'new_mandate') AND (deliveries.digest IS NULL OR starts_with(deliveries.digest, 'run:'))
    GROUP BY alerts.document_id
) AS sent ON sent.document_id = listed.document_id AND sent.notified_at >= found.found_at;
COMMENT ON VIEW document_delays IS 'When each new document was published, listed by its source, recorded here and notified. What was there at the first look at a source, or came with its loaded past, is left out.';
COMMENT ON COLUMN document_delays.source_id IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN document_delays.document_id IS 'The document.';
COMMENT ON COLUMN document_delays.symbol IS 'Its symbol.';
COMMENT ON COLUMN document_delays.title IS 'Its title.';
COMMENT ON COLUMN document_delays.published_on IS 'Day of adoption or issue; null when nobody states it.';
COMMENT ON COLUMN document_delays.published_precision IS 'How exact published_on is: day, month or year.';
COMMENT ON COLUMN document_delays.listed_at IS 'Begin of the first crawl in which the source listed it (UTC). It was not there one polling interval earlier.';
COMMENT ON COLUMN document_delays.recorded_at IS 'When it was recorded (UTC); null where another source had brought it before.';
COMMENT ON COLUMN document_delays.notified_at IS 'When a server first accepted a message about it (UTC), daily and weekly digests aside; null where there was none.';
COMMENT ON COLUMN document_delays.listed_after_days IS 'Days in UTC from published_on to the day of listed_at; 0 where it was listed before. Nobody states the hour, so the time that really passed may be a day shorter or longer. Null unless the day is known.';
COMMENT ON COLUMN document_delays.recorded_after_minutes IS 'Minutes from listed_at to recorded_at.';
COMMENT ON COLUMN document_delays.notified_after_minutes IS 'Minutes from recorded_at to notified_at.';

CREATE VIEW source_delays AS
SELECT
    source_id, period, count(*) AS documents, count(listed_after_days) AS documents_dated,
    quantile_disc(listed_after_days, 0.5) AS listed_days_p50, quantile_disc(listed_after_days, 0.95) AS listed_days_p95,
    quantile_disc(recorded_after_minutes, 0.5) AS recorded_minutes_p50, quantile_disc(recorded_after_minutes, 0.95) AS recorded_minutes_p95,
    quantile_disc(notified_after_minutes, 0.5) AS notified_minutes_p50, quantile_disc(notified_after_minutes, 0.95) AS notified_minutes_p95
FROM (
    SELECT *, 'all' AS period FROM document_delays
    UNION ALL
    SELECT *, '90 days' FROM document_delays WHERE listed_at >= now() - INTERVAL 90 DAY
)
GROUP BY source_id, period;
COMMENT ON VIEW source_delays IS 'How long each source takes from publication to listing, and this program from there to recording and notification; over the last 90 days, and over all. A period without a new document has no row.';
COMMENT ON COLUMN source_delays.source_id IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN source_delays.period IS '"90 days" for what was listed in the last 90 days, or "all".';
COMMENT ON COLUMN source_delays.documents IS 'Documents that were new at this source.';
COMMENT ON COLUMN source_delays.documents_dated IS 'Those whose day of publication is known.';
COMMENT ON COLUMN source_delays.listed_days_p50 IS 'Median of the days from publication to listing, to within a day; null where no day of publication is known.';
COMMENT ON COLUMN source_delays.listed_days_p95 IS 'As many days or fewer for 95 % of the dated documents.';
COMMENT ON COLUMN source_delays.recorded_minutes_p50 IS 'Median of the minutes from the crawl that listed it to recording.';
COMMENT ON COLUMN source_delays.recorded_minutes_p95 IS 'As many minutes or fewer for 95 %.';
COMMENT ON COLUMN source_delays.notified_minutes_p50 IS 'Median of the minutes from recording to the first accepted message; null where nobody was notified.';
COMMENT ON COLUMN source_delays.notified_minutes_p95 IS 'As many minutes or fewer for 95 %.';
