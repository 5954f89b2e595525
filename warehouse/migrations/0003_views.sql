-- What analysts ask first, in plain words. Views read the newest text of each document; former texts stay in the tables.

CREATE VIEW current_versions AS
SELECT document_id, arg_max(version_id, (last_seen, first_seen, version_id)) AS version_id
FROM sightings WHERE version_id IS NOT NULL
GROUP BY document_id;
COMMENT ON VIEW current_versions IS 'The text of each document that its sources showed last.';
COMMENT ON COLUMN current_versions.document_id IS 'The document.';
COMMENT ON COLUMN current_versions.version_id IS 'Its newest text.';

CREATE VIEW current_mandates AS
SELECT
    mandates.mandate_id, documents.document_id, documents.symbol, documents.title, documents.body, documents.kind,
    documents.stage, documents.session, documents.published_on, clauses.number, clauses.page,
    CASE WHEN count(*) OVER (PARTITION BY clauses.clause_id) = 1 THEN clauses.display ELSE mandates.quote END AS quote,
    mandates.verb, mandates.type, mandates.addressee, mandates.addressee_id, mandates.due, mandates.due_start,
    mandates.due_end, mandates.due_basis, mandates.agenda_item, mandates.agenda_title, mandates.action, documents.url,
    corrigenda.corrected_by
FROM mandates
SEMI JOIN current_versions USING (document_id, version_id)
JOIN clauses USING (clause_id)
JOIN documents ON documents.document_id = mandates.document_id
LEFT JOIN (
    SELECT to_document AS document_id, list(coalesce(corrigendum.symbol, corrigendum.title) ORDER BY corrigendum.published_on, corrigendum.document_id) AS corrected_by
    FROM relations JOIN documents AS corrigendum ON corrigendum.document_id = relations.from_document
    WHERE relation = 'corrects' GROUP BY to_document
) AS corrigenda ON corrigenda.document_id = mandates.document_id;
COMMENT ON VIEW current_mandates IS 'Every mandate in the newest text of its document, with what one wants to know of that document.';
COMMENT ON COLUMN current_mandates.mandate_id IS 'The mandate.';
COMMENT ON COLUMN current_mandates.document_id IS 'The document it stands in.';
COMMENT ON COLUMN current_mandates.symbol IS 'The document''s official symbol.';
COMMENT ON COLUMN current_mandates.title IS 'The document''s title.';
COMMENT ON COLUMN current_mandates.body IS 'The organ that adopted or issued it.';
COMMENT ON COLUMN current_mandates.kind IS 'resolution, decision, report, initiative, statement, news or other.';
COMMENT ON COLUMN current_mandates.stage IS 'preliminary_draft, draft, adopted, official_record, or null.';
COMMENT ON COLUMN current_mandates.session IS 'The body''s session.';
COMMENT ON COLUMN current_mandates.published_on IS 'Day of adoption or issue; null when nobody states it.';
COMMENT ON COLUMN current_mandates.number IS 'The clause''s number as printed.';
COMMENT ON COLUMN current_mandates.page IS 'Page of the clause, from 1; null for texts without pages.';
COMMENT ON COLUMN current_mandates.quote IS 'The words: the whole clause where it holds one mandate, else the mandate''s part of it.';
COMMENT ON COLUMN current_mandates.verb IS 'The verb that carries the mandate, as written.';
COMMENT ON COLUMN current_mandates.type IS 'agenda_placement, reporting_request, task_assignment, establishment, convening, budget or extension_renewal.';
COMMENT ON COLUMN current_mandates.addressee IS 'Who has to act, as written.';
COMMENT ON COLUMN current_mandates.addressee_id IS 'Who has to act, by one name over all documents.';
COMMENT ON COLUMN current_mandates.due IS 'The deadline as written.';
COMMENT ON COLUMN current_mandates.due_start IS 'First day of the deadline.';
COMMENT ON COLUMN current_mandates.due_end IS 'Last day of the deadline.';
COMMENT ON COLUMN current_mandates.due_basis IS 'Where the days come from: stated date, session calendar, inferred, or none.';
COMMENT ON COLUMN current_mandates.agenda_item IS 'The agenda item as written.';
COMMENT ON COLUMN current_mandates.agenda_title IS 'What the agenda item stands for.';
COMMENT ON COLUMN current_mandates.action IS 'The action in one word: report, study, meeting, committee …';
COMMENT ON COLUMN current_mandates.url IS 'Where to read the document.';
COMMENT ON COLUMN current_mandates.corrected_by IS 'Symbols (else titles) of the corrigenda to the document: the words of the mandate are those before them. Null where none was seen.';

CREATE VIEW open_mandates AS
SELECT mandate.*, date_diff('day', current_date, mandate.due_end) AS days_left
FROM current_mandates AS mandate
WHERE coalesce(mandate.stage, '') NOT IN ('preliminary_draft', 'draft')
    AND (mandate.due_end IS NULL OR mandate.due_end >= current_date)
    AND NOT (mandate.type = 'reporting_request' AND EXISTS (
        FROM relations WHERE relation = 'answers' AND to_document = mandate.document_id
    ));
COMMENT ON VIEW open_mandates IS 'Mandates of adopted texts whose deadline has not passed (or is not known) and that no report has answered.';
COMMENT ON COLUMN open_mandates.mandate_id IS 'The mandate.';
COMMENT ON COLUMN open_mandates.document_id IS 'The document it stands in.';
COMMENT ON COLUMN open_mandates.symbol IS 'The document''s official symbol.';
COMMENT ON COLUMN open_mandates.title IS 'The document''s title.';
COMMENT ON COLUMN open_mandates.body IS 'The organ that adopted or issued it.';
COMMENT ON COLUMN open_mandates.kind IS 'Kind of the document.';
COMMENT ON COLUMN open_mandates.stage IS 'adopted, official_record, or null.';
COMMENT ON COLUMN open_mandates.session IS 'The body''s session.';
COMMENT ON COLUMN open_mandates.published_on IS 'Day of adoption or issue.';
COMMENT ON COLUMN open_mandates.number IS 'The clause''s number as printed.';
COMMENT ON COLUMN open_mandates.page IS 'Page of the clause, from 1.';
COMMENT ON COLUMN open_mandates.quote IS 'The words of the mandate.';
COMMENT ON COLUMN open_mandates.verb IS 'The verb that carries it.';
COMMENT ON COLUMN open_mandates.type IS 'Type of the mandate.';
COMMENT ON COLUMN open_mandates.addressee IS 'Who has to act, as written.';
COMMENT ON COLUMN open_mandates.addressee_id IS 'Who has to act, by one name over all documents.';
COMMENT ON COLUMN open_mandates.due IS 'The deadline as written.';
COMMENT ON COLUMN open_mandates.due_start IS 'First day of the deadline.';
COMMENT ON COLUMN open_mandates.due_end IS 'Last day of the deadline.';
COMMENT ON COLUMN open_mandates.due_basis IS 'Where the days come from.';
COMMENT ON COLUMN open_mandates.agenda_item IS 'The agenda item as written.';
COMMENT ON COLUMN open_mandates.agenda_title IS 'What the agenda item stands for.';
COMMENT ON COLUMN open_mandates.action IS 'The action in one word.';
COMMENT ON COLUMN open_mandates.url IS 'Where to read the document.';
COMMENT ON COLUMN open_mandates.corrected_by IS 'Symbols (else titles) of the corrigenda to the document: the words of the mandate are those before them. Null where none was seen.';
COMMENT ON COLUMN open_mandates.days_left IS 'Days until due_end, counted from the day of the query.';

CREATE VIEW mandates_by_body AS
SELECT body, year(published_on) AS year, type, count(*) AS mandates, count(DISTINCT document_id) AS documents
FROM current_mandates
WHERE coalesce(stage, '') NOT IN ('preliminary_draft', 'draft')
GROUP BY ALL;
COMMENT ON VIEW mandates_by_body IS 'How many mandates of each type each body gave in each year, drafts left out.';
COMMENT ON COLUMN mandates_by_body.body IS 'The organ.';
COMMENT ON COLUMN mandates_by_body.year IS 'Year of adoption or issue; null when nobody states it.';
COMMENT ON COLUMN mandates_by_body.type IS 'Type of mandate.';
COMMENT ON COLUMN mandates_by_body.mandates IS 'Number of mandates.';
COMMENT ON COLUMN mandates_by_body.documents IS 'Number of documents that hold them.';

CREATE VIEW agenda_placements AS
SELECT symbol, title, body, published_on, number, page, quote, agenda_item, agenda_title, due, due_start, due_end, due_basis, url, corrected_by, mandate_id
FROM current_mandates WHERE type = 'agenda_placement' AND coalesce(stage, '') NOT IN ('preliminary_draft', 'draft');
COMMENT ON VIEW agenda_placements IS 'What was put on a coming agenda, and when that session is; drafts left out.';
COMMENT ON COLUMN agenda_placements.symbol IS 'The document''s official symbol.';
COMMENT ON COLUMN agenda_placements.title IS 'The document''s title.';
COMMENT ON COLUMN agenda_placements.body IS 'The organ.';
COMMENT ON COLUMN agenda_placements.published_on IS 'Day of adoption or issue.';
COMMENT ON COLUMN agenda_placements.number IS 'The clause''s number.';
COMMENT ON COLUMN agenda_placements.page IS 'Page of the clause, from 1.';
COMMENT ON COLUMN agenda_placements.quote IS 'The words.';
COMMENT ON COLUMN agenda_placements.agenda_item IS 'The item as written.';
COMMENT ON COLUMN agenda_placements.agenda_title IS 'What the item stands for.';
COMMENT ON COLUMN agenda_placements.due IS 'The session as written.';
COMMENT ON COLUMN agenda_placements.due_start IS 'Its first day.';
COMMENT ON COLUMN agenda_placements.due_end IS 'Its last day.';
COMMENT ON COLUMN agenda_placements.due_basis IS 'Where the days come from.';
COMMENT ON COLUMN agenda_placements.url IS 'Where to read the document.';
COMMENT ON COLUMN agenda_placements.corrected_by IS 'Corrigenda to the document; null where none was seen.';
COMMENT ON COLUMN agenda_placements.mandate_id IS 'The mandate.';

CREATE VIEW reporting_requests AS
SELECT
    mandate.symbol, mandate.title, mandate.body, mandate.published_on, mandate.number, mandate.page, mandate.quote, mandate.addressee,
    mandate.addressee_id, mandate.due, mandate.due_start, mandate.due_end, mandate.due_basis,
    (
        SELECT list(coalesce(report.symbol, report.title) ORDER BY report.published_on, report.document_id)
        FROM relations JOIN documents AS report ON report.document_id = relations.from_document
        WHERE relations.relation = 'answers' AND relations.to_document = mandate.document_id
    ) AS answered_by,
    mandate.url, mandate.corrected_by, mandate.mandate_id
FROM current_mandates AS mandate
WHERE mandate.type = 'reporting_request' AND coalesce(mandate.stage, '') NOT IN ('preliminary_draft', 'draft');
COMMENT ON VIEW reporting_requests IS 'Reports that were asked for, of whom, by when, and the reports that answer them; drafts left out.';
COMMENT ON COLUMN reporting_requests.symbol IS 'The document''s official symbol.';
COMMENT ON COLUMN reporting_requests.title IS 'The document''s title.';
COMMENT ON COLUMN reporting_requests.body IS 'The organ.';
COMMENT ON COLUMN reporting_requests.published_on IS 'Day of adoption or issue.';
COMMENT ON COLUMN reporting_requests.number IS 'The clause''s number.';
COMMENT ON COLUMN reporting_requests.page IS 'Page of the clause, from 1.';
COMMENT ON COLUMN reporting_requests.quote IS 'The words.';
COMMENT ON COLUMN reporting_requests.addressee IS 'Who has to report, as written.';
COMMENT ON COLUMN reporting_requests.addressee_id IS 'Who has to report, by one name over all documents.';
COMMENT ON COLUMN reporting_requests.due IS 'The deadline as written.';
COMMENT ON COLUMN reporting_requests.due_start IS 'First day of the deadline.';
COMMENT ON COLUMN reporting_requests.due_end IS 'Last day of the deadline.';
COMMENT ON COLUMN reporting_requests.due_basis IS 'Where the days come from.';
COMMENT ON COLUMN reporting_requests.answered_by IS 'Symbols (else titles) of the reports that answer the document; null when none was seen.';
COMMENT ON COLUMN reporting_requests.url IS 'Where to read the document.';
COMMENT ON COLUMN reporting_requests.corrected_by IS 'Corrigenda to the document; null where none was seen.';
COMMENT ON COLUMN reporting_requests.mandate_id IS 'The mandate.';

CREATE VIEW document_history AS
SELECT documents.document_id, documents.symbol, documents.title, event.happened_at, event.what, event.detail
FROM documents JOIN (
    SELECT document_id, first_seen AS happened_at, 'shown by a source' AS what, 
        source_id || ': ' || url || coalesce(' (' || relevance || ')', '') AS detail
    FROM sightings
    UNION ALL
    SELECT document_id, first_seen, 'text', format('{} characters, sha256 {}', len(text), text_sha256) FROM versions
    UNION ALL
    SELECT from_document, relations.first_seen, replace(relation, '_', ' '), coalesce(target.symbol, named_symbol, target.title) || ' (' || evidence || ')'
    FROM relations LEFT JOIN documents AS target ON target.document_id = relations.to_document
    UNION ALL
    SELECT
        to_document, relations.first_seen,
        CASE relation
            WHEN 'draft_of' THEN 'adopted from' WHEN 'corrects' THEN 'corrected by' WHEN 'adds_to' THEN 'added to by'
            WHEN 'replaces' THEN 'replaced by' WHEN 'answers' THEN 'answered by' WHEN 'renews' THEN 'renewed by'
            WHEN 'version_of' THEN 'has the version' ELSE replace(relation, '_', ' ')
        END,
        coalesce(origin.symbol, named_symbol, origin.title) || ' (' || evidence || ')'
    FROM relations LEFT JOIN documents AS origin ON origin.document_id = relations.from_document
) AS event USING (document_id);
COMMENT ON VIEW document_history IS 'All that happened to a document: sightings, texts, and its ties with others. Order it by happened_at.';
COMMENT ON COLUMN document_history.document_id IS 'The document.';
COMMENT ON COLUMN document_history.symbol IS 'Its official symbol.';
COMMENT ON COLUMN document_history.title IS 'Its title.';
COMMENT ON COLUMN document_history.happened_at IS 'When we learned of it (UTC).';
COMMENT ON COLUMN document_history.what IS 'What happened.';
COMMENT ON COLUMN document_history.detail IS 'The particulars.';

CREATE VIEW citations_resolved AS
SELECT
    citing.document_id, citing.symbol AS citing_symbol, citing.title AS citing_title, citing.body AS citing_body,
    citations.symbol AS cited_symbol, cited.document_id AS cited_document, cited.title AS cited_title, cited.body AS cited_body,
    count(*) AS times, min(citations.quote) AS quote
FROM citations
SEMI JOIN current_versions USING (document_id, version_id)
JOIN documents AS citing USING (document_id)
LEFT JOIN (
    SELECT symbol_key, min_by(document_id, first_seen) AS document_id, min_by(title, first_seen) AS title, min_by(body, first_seen) AS body
    FROM documents WHERE symbol_key IS NOT NULL GROUP BY symbol_key
) AS cited ON cited.symbol_key = md5_number_lower(replace(lower(citations.symbol), ' ', ''))
GROUP BY ALL;
COMMENT ON VIEW citations_resolved IS 'Which document names which other one, and whether that one is recorded here.';
COMMENT ON COLUMN citations_resolved.document_id IS 'The document that cites.';
COMMENT ON COLUMN citations_resolved.citing_symbol IS 'Its symbol.';
COMMENT ON COLUMN citations_resolved.citing_title IS 'Its title.';
COMMENT ON COLUMN citations_resolved.citing_body IS 'Its organ.';
COMMENT ON COLUMN citations_resolved.cited_symbol IS 'The symbol it names, normalised.';
COMMENT ON COLUMN citations_resolved.cited_document IS 'The document of that symbol; null when it is not recorded.';
COMMENT ON COLUMN citations_resolved.cited_title IS 'That document''s title.';
COMMENT ON COLUMN citations_resolved.cited_body IS 'That document''s organ.';
COMMENT ON COLUMN citations_resolved.times IS 'How often it is named.';
COMMENT ON COLUMN citations_resolved.quote IS 'One way in which it is written.';

CREATE VIEW source_health AS
SELECT
    sources.source_id, sources.state, sources.failures, sources.error, sources.last_success, sources.last_new, sources.last_crawl,
    date_diff('hour', sources.last_success, now()) AS hours_since_success,
    coalesce(seen.documents, 0) AS documents, coalesce(crawls.crawls, 0) AS crawls, coalesce(crawls.failed, 0) AS failed_crawls,
    coalesce(crawls.dropped, 0) AS dropped_rows
FROM sources
LEFT JOIN (SELECT source_id, count(*) AS documents FROM sightings GROUP BY source_id) AS seen USING (source_id)
LEFT JOIN (
    SELECT source_id, count(*) AS crawls, count(*) FILTER (outcome = 'failed') AS failed, sum(len(dropped))::BIGINT AS dropped
    FROM batches GROUP BY source_id
) AS crawls USING (source_id);
COMMENT ON VIEW source_health IS 'How each source is: when it last answered, how often it failed, what it has given.';
COMMENT ON COLUMN source_health.source_id IS 'The source''s id in sources.yaml.';
COMMENT ON COLUMN source_health.state IS 'healthy, or failing.';
COMMENT ON COLUMN source_health.failures IS 'Failures in a row.';
COMMENT ON COLUMN source_health.error IS 'Why it failed last.';
COMMENT ON COLUMN source_health.last_success IS 'Its last crawl that worked.';
COMMENT ON COLUMN source_health.last_new IS 'When it last showed a document that was new.';
COMMENT ON COLUMN source_health.last_crawl IS 'Its last crawl.';
COMMENT ON COLUMN source_health.hours_since_success IS 'Hours since last_success, counted from the query.';
COMMENT ON COLUMN source_health.documents IS 'Documents it has shown.';
COMMENT ON COLUMN source_health.crawls IS 'Crawls recorded.';
COMMENT ON COLUMN source_health.failed_crawls IS 'Crawls that failed.';
COMMENT ON COLUMN source_health.dropped_rows IS 'Items that were not taken, over all crawls; the reasons stand in batches.dropped.';

-- Macros. `FROM mandates_with('trafficking report')`; for ranking, phrases and prefixes there is `mandates search`.
CREATE MACRO has_words(words, passage) AS
    list_bool_and(list_transform(string_split(trim(lower(words)), ' '), lambda word: contains(lower(passage), word)));
CREATE MACRO mandates_with(words) AS TABLE FROM current_mandates WHERE has_words(words, quote);
CREATE MACRO documents_with(words) AS TABLE
    SELECT documents.* FROM documents LEFT JOIN current_versions USING (document_id)
    LEFT JOIN versions ON versions.version_id = current_versions.version_id
    WHERE has_words(words, concat_ws(' ', documents.symbol, documents.title, versions.text));
CREATE MACRO due_within(days) AS TABLE FROM open_mandates WHERE days_left BETWEEN 0 AND days ORDER BY due_end, symbol;
CREATE MACRO passage(version, first, last) AS (
    SELECT substring(text, greatest(first - 80, 0) + 1, last - first + 160) FROM versions WHERE version_id = version
);
COMMENT ON MACRO has_words IS 'Whether a passage holds all of the words, in any order, capitals aside.';
COMMENT ON MACRO TABLE mandates_with IS 'Current mandates whose words hold all of these.';
COMMENT ON MACRO TABLE documents_with IS 'Documents whose symbol, title or newest text hold all of these.';
COMMENT ON MACRO TABLE due_within IS 'Open mandates whose deadline ends within so many days, soonest first.';
COMMENT ON MACRO passage IS 'The words of a version around two offsets, with 80 characters on either side.';
