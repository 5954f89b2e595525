-- Decisions in what analysts read: a task that a person corrected shows as corrected, one that a person rejected does not show,
-- and what somebody should look at is listed with the reason.

COMMENT ON TABLE decisions IS 'What people decided about tasks, clauses and documents. Append-only: a later decision on the same field replaces an earlier one; current_decisions shows those that hold.';
COMMENT ON COLUMN decisions.task_key IS 'The task_key, or the clause_key of a clause without a task, or the document_id, as it was named when the decision was made; key_aliases leads on.';
COMMENT ON COLUMN decisions.field IS 'Field of the task: is_mandate, type, addressee, addressee_id, due_start, due_end, deliverable, state or note; reviewed where the reading was confirmed.';
COMMENT ON COLUMN decisions.document_id IS 'Its document when the decision was recorded; null where nothing recorded had that key.';
COMMENT ON COLUMN decisions.quote IS 'Its words when the decision was recorded.';
COMMENT ON COLUMN findings.kind IS 'new_document, new_mandate, changed_clause, draft_adopted, corrigendum, mandate_due, mandate_answered, item_unreadable, reading_incomplete, reading_corrected, corrections_held, source_state or delivery_state.';
COMMENT ON COLUMN deliveries.state IS 'pending, held (waits for an operator''s approval), sending, sent, uncertain, failed, dead or suppressed.';

DROP MACRO TABLE due_within;
DROP MACRO TABLE mandates_with;
DROP VIEW open_mandates;
DROP VIEW mandates_by_body;
DROP VIEW agenda_placements;
DROP VIEW reporting_requests;
DROP VIEW current_mandates;
DROP VIEW reviews;
DROP VIEW current_decisions;
DROP VIEW tasks;

CREATE VIEW tasks AS
SELECT
    mandates.task_key, mandates.mandate_id, row_number() OVER (PARTITION BY mandates.clause_id ORDER BY mandates."start", mandates.mandate_id)::INTEGER AS position,
    mandates.verb, mandates.addressee, mandates.addressee_id, mandates.addressee_resolved, mandates.deliverable, mandates.type, mandates.action,
    mandates.agenda_item, mandates.agenda_title, mandates.quote, mandates.confidence, mandates.review, clauses.clause_key, clauses.number,
    clauses.page, mandates.document_id, mandates.version_id
FROM mandates
SEMI JOIN current_versions USING (document_id, version_id)
JOIN clauses USING (clause_id);
COMMENT ON VIEW tasks IS 'What each document asks for today as it is read, one row a task: the mandates in the newest text of each document, by names that last. current_mandates has what people decided, too.';
COMMENT ON COLUMN tasks.task_key IS 'Lasting name of the task; it outlives re-readings, directly or through key_aliases.';
COMMENT ON COLUMN tasks.mandate_id IS 'The mandate in the text as it is read today.';
COMMENT ON COLUMN tasks.position IS 'Its place among the tasks of its clause, from 1.';
COMMENT ON COLUMN tasks.verb IS 'The verb that carries it, as written.';
COMMENT ON COLUMN tasks.addressee IS 'Who has to act, as written.';
COMMENT ON COLUMN tasks.addressee_id IS 'Who has to act, by one name over all documents.';
COMMENT ON COLUMN tasks.deliverable IS 'The document''s own words for what is to be delivered.';
COMMENT ON COLUMN tasks.type IS 'Type of the mandate.';
COMMENT ON COLUMN tasks.action IS 'The action in one word: report, study, meeting, committee …';
COMMENT ON COLUMN tasks.agenda_item IS 'Agenda item as written.';
COMMENT ON COLUMN tasks.agenda_title IS 'Title of the agenda item.';
COMMENT ON COLUMN tasks.quote IS 'The words of the task.';
COMMENT ON COLUMN tasks.clause_key IS 'Lasting name of its clause.';
COMMENT ON COLUMN tasks.number IS 'The clause''s number as printed.';
COMMENT ON COLUMN tasks.page IS 'Page of the clause, from 1; null for texts without pages.';
COMMENT ON COLUMN tasks.document_id IS 'The document.';
COMMENT ON COLUMN tasks.version_id IS 'Its newest text.';
COMMENT ON COLUMN tasks.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun.';
COMMENT ON COLUMN tasks.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN tasks.review IS 'Why somebody should look at it; empty where the reading is sure.';

CREATE VIEW decided_names AS
SELECT task_key AS name, document_id, quote FROM tasks WHERE task_key IN (SELECT task_key FROM decisions)
UNION ALL
SELECT clause_key, document_id, display FROM clauses SEMI JOIN current_versions USING (document_id, version_id)
WHERE clause_key IN (SELECT task_key FROM decisions)
UNION ALL
SELECT document_id, document_id, title FROM documents WHERE document_id IN (SELECT task_key FROM decisions);
COMMENT ON VIEW decided_names IS 'The tasks, clauses and documents of today that decisions name as they are named today.';
COMMENT ON COLUMN decided_names.name IS 'task_key, clause_key or document_id.';
COMMENT ON COLUMN decided_names.document_id IS 'The document.';
COMMENT ON COLUMN decided_names.quote IS 'Its words; of a document its title.';

CREATE VIEW current_decisions AS
SELECT
    coalesce(kept.task_key, key_aliases.new, decisions.task_key) AS task_key, decisions.field, decisions.value, decisions.who,
    decisions."at", decisions.why, decisions.task_key AS decided_on, decisions.document_id, decisions.quote,
    CASE WHEN kept.task_key IS NULL THEN key_aliases.score END AS score
FROM decisions
LEFT JOIN (SELECT DISTINCT name AS task_key FROM decided_names) AS kept ON kept.task_key = decisions.task_key
LEFT JOIN key_aliases ON key_aliases.old = decisions.task_key
QUALIFY row_number() OVER (
    PARTITION BY coalesce(kept.task_key, key_aliases.new, decisions.task_key), decisions.field
    ORDER BY decisions."at" DESC, decisions.recorded_at DESC, decisions.decision_id
) = 1;
COMMENT ON VIEW current_decisions IS 'The decisions that hold: the latest on each field of each task, under the name that the task has today.';
COMMENT ON COLUMN current_decisions.task_key IS 'The task, as tasks names it.';
COMMENT ON COLUMN current_decisions.field IS 'The field.';
COMMENT ON COLUMN current_decisions.value IS 'What it should be; null where an earlier decision was taken back.';
COMMENT ON COLUMN current_decisions.who IS 'Who decided.';
COMMENT ON COLUMN current_decisions."at" IS 'When (UTC).';
COMMENT ON COLUMN current_decisions.why IS 'The reason given.';
COMMENT ON COLUMN current_decisions.decided_on IS 'The key under which it was decided.';
COMMENT ON COLUMN current_decisions.document_id IS 'The document, as it was when the decision was recorded.';
COMMENT ON COLUMN current_decisions.quote IS 'Words of the task, as they were then.';
COMMENT ON COLUMN current_decisions.score IS 'Share of words that the task kept in re-readings since; null where the key is the same.';

CREATE VIEW reviews AS
SELECT
    decision.task_key,
    CASE WHEN task.task_key IS NULL THEN 'the newest text has no such task' ELSE 'another reading gave the task other words' END AS reason,
    decision.field, decision.value, decision.who, decision."at", decision.why, decision.quote, task.quote AS quote_now,
    documents.symbol, documents.title, documents.url
FROM current_decisions AS decision
LEFT JOIN (
    SELECT task_key, any_value(quote) AS quote FROM tasks WHERE task_key IN (SELECT task_key FROM current_decisions) GROUP BY task_key
    UNION ALL
    SELECT name, any_value(quote) FROM decided_names WHERE name NOT IN (SELECT task_key FROM tasks) GROUP BY name
) AS task USING (task_key)
LEFT JOIN documents USING (document_id)
WHERE decision.value IS NOT NULL AND (task.task_key IS NULL OR decision.score < 0.9);
COMMENT ON VIEW reviews IS 'Decisions that a person should look at again, because their task is gone or has other words. Deciding the same again, under the key of today, or taking it back, settles it.';
COMMENT ON COLUMN reviews.task_key IS 'The task; its last key where the newest text no longer has it.';
COMMENT ON COLUMN reviews.reason IS 'Why it should be looked at.';
COMMENT ON COLUMN reviews.field IS 'The field decided.';
COMMENT ON COLUMN reviews.value IS 'The value decided.';
COMMENT ON COLUMN reviews.who IS 'Who decided.';
COMMENT ON COLUMN reviews."at" IS 'When (UTC).';
COMMENT ON COLUMN reviews.why IS 'The reason given.';
COMMENT ON COLUMN reviews.quote IS 'The words decided upon.';
COMMENT ON COLUMN reviews.quote_now IS 'The words today; null where the task is gone.';
COMMENT ON COLUMN reviews.symbol IS 'Symbol of the document.';
COMMENT ON COLUMN reviews.title IS 'Its title.';
COMMENT ON COLUMN reviews.url IS 'Where to read it.';

CREATE VIEW decided AS
SELECT
    task_key,
    any_value(value) FILTER (field = 'is_mandate') AS is_mandate,
    any_value(value) FILTER (field = 'type') AS type,
    any_value(value) FILTER (field = 'addressee') AS addressee,
    any_value(value) FILTER (field = 'addressee_id') AS addressee_id,
    try_cast(any_value(value) FILTER (field = 'due_start') AS DATE) AS due_start,
    try_cast(any_value(value) FILTER (field = 'due_end') AS DATE) AS due_end,
    coalesce(any_value(value) FILTER (field = 'due_end') = 'none', false) AS no_due,
    any_value(value) FILTER (field = 'deliverable') AS deliverable,
    any_value(value) FILTER (field = 'state') AS state,
    any_value(value) FILTER (field = 'note') AS note,
    list_sort(list(field)) AS fields
FROM current_decisions WHERE value IS NOT NULL GROUP BY task_key;
COMMENT ON VIEW decided IS 'What people decided about each task, one row a task: the values that hold. current_mandates shows tasks with them.';
COMMENT ON COLUMN decided.task_key IS 'The task, clause or document, by the name it has today.';
COMMENT ON COLUMN decided.is_mandate IS 'yes or no, where somebody decided.';
COMMENT ON COLUMN decided.type IS 'Type as decided.';
COMMENT ON COLUMN decided.addressee IS 'Addressee as decided.';
COMMENT ON COLUMN decided.addressee_id IS 'Its one name, as decided.';
COMMENT ON COLUMN decided.due_start IS 'First day of the deadline as decided.';
COMMENT ON COLUMN decided.due_end IS 'Last day of the deadline as decided.';
COMMENT ON COLUMN decided.no_due IS 'Whether somebody decided that there is no deadline.';
COMMENT ON COLUMN decided.deliverable IS 'What is to be delivered, as decided.';
COMMENT ON COLUMN decided.state IS 'open, done or dropped.';
COMMENT ON COLUMN decided.note IS 'The note of whoever decided.';
COMMENT ON COLUMN decided.fields IS 'The fields that were decided; reviewed among them where the reading was confirmed.';

CREATE VIEW current_mandates AS
SELECT
    asked.mandate_id, documents.document_id, documents.symbol, documents.title, documents.body, documents.kind,
    documents.stage, documents.session, documents.published_on, clauses.number, clauses.page,
    CASE WHEN count(*) OVER (PARTITION BY clauses.clause_id) = 1 THEN clauses.display ELSE asked.quote END AS quote,
    asked.verb, coalesce(decided.type, asked.type) AS type, coalesce(decided.addressee, asked.addressee) AS addressee,
    CASE WHEN decided.addressee IS NULL THEN coalesce(decided.addressee_id, asked.addressee_id) ELSE decided.addressee_id END AS addressee_id,
    CASE WHEN decided.due_end IS NOT NULL OR decided.no_due THEN NULL ELSE asked.due END AS due,
    CASE WHEN decided.no_due THEN NULL WHEN decided.due_end IS NOT NULL THEN coalesce(decided.due_start, decided.due_end) ELSE asked.due_start END AS due_start,
    CASE WHEN decided.no_due THEN NULL ELSE coalesce(decided.due_end, asked.due_end) END AS due_end,
    CASE WHEN decided.no_due THEN 'none' WHEN decided.due_end IS NOT NULL THEN 'decided' ELSE asked.due_basis END AS due_basis,
    asked.agenda_item, asked.agenda_title, asked.action, documents.url, corrigenda.corrected_by,
    coalesce(decided.deliverable, asked.deliverable) AS deliverable,
    CASE WHEN decided.addressee IS NULL THEN asked.addressee_resolved END AS addressee_resolved,
    CASE WHEN decided.due_end IS NOT NULL OR decided.no_due THEN NULL ELSE asked.due_sense END AS due_sense,
    asked.confidence, asked.review, decided.fields AS decided, decided.state, asked.task_key
FROM (
    SELECT
        mandate_id, task_key, clause_id, version_id, document_id, quote, verb, type, addressee, addressee_id, due, due_start, due_end,
        due_basis, agenda_item, agenda_title, action, deliverable, addressee_resolved, due_sense, confidence, review
    FROM mandates
    UNION ALL
    SELECT
        clause_id, clause_key, clause_id, version_id, document_id, display, verb, type, addressee, addressee_id, NULL, NULL, NULL,
        'none', agenda_item, NULL, NULL, NULL, NULL, NULL, confidence, review
    FROM clauses
    WHERE NOT is_mandate AND clause_key IN (SELECT task_key FROM decided WHERE decided.is_mandate = 'yes')
) AS asked
SEMI JOIN current_versions USING (document_id, version_id)
JOIN clauses USING (clause_id)
JOIN documents ON documents.document_id = asked.document_id
LEFT JOIN decided ON decided.task_key = asked.task_key
LEFT JOIN (
    SELECT to_document AS document_id, list(coalesce(corrigendum.symbol, corrigendum.title) ORDER BY corrigendum.published_on, corrigendum.document_id) AS corrected_by
    FROM relations JOIN documents AS corrigendum ON corrigendum.document_id = relations.from_document
    WHERE relation = 'corrects' GROUP BY to_document
) AS corrigenda ON corrigenda.document_id = asked.document_id
WHERE decided.is_mandate IS DISTINCT FROM 'no';
COMMENT ON VIEW current_mandates IS 'Every mandate in the newest text of its document, as read and as people decided, with what one wants to know of that document.';
COMMENT ON COLUMN current_mandates.mandate_id IS 'The mandate; the clause where a person decided that it is a mandate.';
COMMENT ON COLUMN current_mandates.document_id IS 'The document that contains it.';
COMMENT ON COLUMN current_mandates.symbol IS 'The document''s official symbol.';
COMMENT ON COLUMN current_mandates.title IS 'The document''s title.';
COMMENT ON COLUMN current_mandates.body IS 'The organ that adopted or issued it.';
COMMENT ON COLUMN current_mandates.kind IS 'resolution, decision, amendment, report, initiative, statement, news or other.';
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
COMMENT ON COLUMN current_mandates.due_basis IS 'Where the days come from: stated date, session calendar, inferred, decided by a person, or none.';
COMMENT ON COLUMN current_mandates.agenda_item IS 'The agenda item as written.';
COMMENT ON COLUMN current_mandates.agenda_title IS 'What the agenda item stands for.';
COMMENT ON COLUMN current_mandates.action IS 'The action in one word: report, study, meeting, committee …';
COMMENT ON COLUMN current_mandates.url IS 'Where to read the document.';
COMMENT ON COLUMN current_mandates.corrected_by IS 'Symbols (else titles) of the corrigenda to the document: the words of the mandate are those before them. Null where none was seen.';
COMMENT ON COLUMN current_mandates.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN current_mandates.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun.';
COMMENT ON COLUMN current_mandates.due_sense IS 'How the words of the deadline bind: by, from, not before, on, within, until or each.';
COMMENT ON COLUMN current_mandates.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN current_mandates.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN current_mandates.decided IS 'The fields that a person decided, reviewed among them where the reading was confirmed; null where nobody did.';
COMMENT ON COLUMN current_mandates.state IS 'open, done or dropped, where a person said so.';
COMMENT ON COLUMN current_mandates.task_key IS 'Lasting name of the task, or of the clause where a person decided that it is a mandate.';

CREATE VIEW open_mandates AS
SELECT mandate.*, date_diff('day', current_date, mandate.due_end) AS days_left
FROM current_mandates AS mandate
WHERE coalesce(mandate.stage, '') NOT IN ('preliminary_draft', 'draft')
    AND coalesce(mandate.state, 'open') = 'open'
    AND (mandate.due_end IS NULL OR mandate.due_end >= current_date)
    AND NOT (mandate.type = 'reporting_request' AND EXISTS (
        FROM relations WHERE relation = 'answers' AND to_document = mandate.document_id
    ));
COMMENT ON VIEW open_mandates IS 'Mandates of adopted texts whose deadline has not passed (or is not known) that no report has answered and that nobody called done or dropped.';
COMMENT ON COLUMN open_mandates.mandate_id IS 'The mandate.';
COMMENT ON COLUMN open_mandates.document_id IS 'The document that contains it.';
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
COMMENT ON COLUMN open_mandates.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN open_mandates.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun.';
COMMENT ON COLUMN open_mandates.due_sense IS 'How the words of the deadline bind: by, from, not before, on, within, until or each.';
COMMENT ON COLUMN open_mandates.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN open_mandates.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN open_mandates.decided IS 'The fields that a person decided, reviewed among them where the reading was confirmed; null where nobody did.';
COMMENT ON COLUMN open_mandates.state IS 'open, done or dropped, where a person said so.';
COMMENT ON COLUMN open_mandates.task_key IS 'Lasting name of the task, or of the clause where a person decided that it is a mandate.';

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
SELECT symbol, title, body, published_on, number, page, quote, agenda_item, agenda_title, due, due_start, due_end, due_basis, url, corrected_by, mandate_id, confidence, review, decided
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
COMMENT ON COLUMN agenda_placements.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN agenda_placements.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN agenda_placements.decided IS 'The fields that a person decided, reviewed among them where the reading was confirmed; null where nobody did.';

CREATE VIEW reporting_requests AS
SELECT
    mandate.symbol, mandate.title, mandate.body, mandate.published_on, mandate.number, mandate.page, mandate.quote, mandate.addressee,
    mandate.addressee_id, mandate.due, mandate.due_start, mandate.due_end, mandate.due_basis,
    (
        SELECT list(coalesce(report.symbol, report.title) ORDER BY report.published_on, report.document_id)
        FROM relations JOIN documents AS report ON report.document_id = relations.from_document
        WHERE relations.relation = 'answers' AND relations.to_document = mandate.document_id
    ) AS answered_by,
    mandate.url, mandate.corrected_by, mandate.mandate_id, mandate.deliverable,
    mandate.addressee_resolved, mandate.confidence, mandate.review, mandate.decided
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
COMMENT ON COLUMN reporting_requests.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN reporting_requests.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun.';
COMMENT ON COLUMN reporting_requests.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN reporting_requests.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN reporting_requests.decided IS 'The fields that a person decided, reviewed among them where the reading was confirmed; null where nobody did.';

CREATE VIEW to_review AS
SELECT
    waiting.what, waiting.confidence, waiting.reason, documents.symbol, documents.title, waiting.number, waiting.page, waiting.quote,
    waiting.is_mandate, waiting.type, waiting.addressee, waiting.due, waiting.due_start, waiting.due_end, waiting.deliverable, waiting.before,
    waiting.field, waiting.value, waiting.sources, documents.url, waiting.document_id, waiting.key
FROM (
    SELECT
        'text' AS what, CASE WHEN readings.reading = 'none' THEN 0.0 ELSE 0.5 END AS confidence, array_to_string(readings.reasons, '; ') AS reason,
        NULL AS number, NULL AS page, NULL AS quote, NULL AS is_mandate, NULL AS type, NULL AS addressee, NULL AS due,
        NULL::DATE AS due_start, NULL::DATE AS due_end, NULL AS deliverable, NULL AS before, NULL AS field, NULL AS value,
        versions.document_id, versions.document_id AS key, shown.sources
    FROM readings
    JOIN versions USING (version_id)
    SEMI JOIN current_versions USING (document_id, version_id)
    JOIN documents ON documents.document_id = versions.document_id
    LEFT JOIN (SELECT document_id, list_sort(list(source_id)) AS sources FROM sightings GROUP BY document_id) AS shown
        ON shown.document_id = versions.document_id
    WHERE readings.reading IN ('none', 'partial') AND documents.kind IN ('resolution', 'decision', 'statement')
        -- A confirmation is of the text that was shown then, however it is read since.
        AND NOT EXISTS (
            FROM current_decisions AS seen
            WHERE seen.task_key = versions.document_id AND seen.value IS NOT NULL AND seen."at" >= versions.first_seen
        )
    UNION ALL
    SELECT
        'clause', clauses.confidence, array_to_string(clauses.review, '; '), clauses.number, clauses.page,
        coalesce(mandates.quote, clauses.display), clauses.is_mandate, coalesce(mandates.type, clauses.type),
        CASE WHEN mandates.mandate_id IS NULL THEN clauses.addressee ELSE mandates.addressee END, mandates.due, mandates.due_start, mandates.due_end,
        mandates.deliverable, NULL, NULL, NULL, clauses.document_id, coalesce(mandates.task_key, clauses.clause_key), NULL
    FROM clauses
    SEMI JOIN current_versions USING (document_id, version_id)
    LEFT JOIN mandates USING (clause_id)
    WHERE len(clauses.review) > 0 AND NOT EXISTS (
        FROM current_decisions AS seen
        WHERE seen.task_key = coalesce(mandates.task_key, clauses.clause_key) AND seen.value IS NOT NULL AND seen.field NOT IN ('state', 'note')
    )
    UNION ALL
    SELECT
        'decision', 0.2, format('{}: {} = {} ({})', reviews.reason, reviews.field, reviews.value, reviews.who), NULL, NULL, reviews.quote_now, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, reviews.quote, reviews.field, reviews.value, current_decisions.document_id, reviews.task_key, NULL
    FROM reviews JOIN current_decisions USING (task_key, field)
    WHERE reviews.field <> 'reviewed'
) AS waiting
LEFT JOIN documents ON documents.document_id = waiting.document_id;
COMMENT ON VIEW to_review IS 'What somebody should look at: texts of which nothing or only part could be read, clauses whose reading is not sure, decisions whose task is gone or has other words. A decision settles it (`mandates review`). Order it by confidence.';
COMMENT ON COLUMN to_review.what IS 'text, clause or decision.';
COMMENT ON COLUMN to_review.confidence IS 'How sure the reading is, 0 to 1: 0 where nothing could be read, .5 where only part could.';
COMMENT ON COLUMN to_review.reason IS 'Why somebody should look.';
COMMENT ON COLUMN to_review.symbol IS 'Symbol of the document.';
COMMENT ON COLUMN to_review.title IS 'Its title.';
COMMENT ON COLUMN to_review.number IS 'The clause''s number as printed.';
COMMENT ON COLUMN to_review.page IS 'Page of the clause, from 1.';
COMMENT ON COLUMN to_review.quote IS 'The words, as they are read today.';
COMMENT ON COLUMN to_review.is_mandate IS 'Whether the clause was read as a mandate.';
COMMENT ON COLUMN to_review.type IS 'The type as read.';
COMMENT ON COLUMN to_review.addressee IS 'The addressee as read.';
COMMENT ON COLUMN to_review.due IS 'The deadline as read.';
COMMENT ON COLUMN to_review.due_start IS 'First day of the deadline.';
COMMENT ON COLUMN to_review.due_end IS 'Last day of the deadline.';
COMMENT ON COLUMN to_review.deliverable IS 'What is to be delivered.';
COMMENT ON COLUMN to_review.before IS 'Of a decision: the words that were decided upon.';
COMMENT ON COLUMN to_review.field IS 'Of a decision: the field that was decided.';
COMMENT ON COLUMN to_review.value IS 'Of a decision: the value.';
COMMENT ON COLUMN to_review.sources IS 'Of a text: the sources that showed it.';
COMMENT ON COLUMN to_review.url IS 'Where to read the document.';
COMMENT ON COLUMN to_review.document_id IS 'The document.';
COMMENT ON COLUMN to_review.key IS 'What a decision names: task_key, clause_key or document_id.';

CREATE MACRO mandates_with(words) AS TABLE FROM current_mandates WHERE has_words(words, quote);
CREATE MACRO due_within(days) AS TABLE FROM open_mandates WHERE days_left BETWEEN 0 AND days ORDER BY due_end, symbol;
COMMENT ON MACRO TABLE mandates_with IS 'Current mandates whose words hold all of these.';
COMMENT ON MACRO TABLE due_within IS 'Open mandates whose deadline ends within so many days, soonest first.';
