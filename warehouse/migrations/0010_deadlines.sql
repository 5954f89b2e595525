-- Every deadline counts: what analysts read has one row for each task and deadline, so that a second deadline sorts, filters and
-- reminds like the first.

DROP MACRO TABLE due_within;
DROP MACRO TABLE mandates_with;
DROP VIEW open_mandates;
DROP VIEW mandates_by_body;
DROP VIEW agenda_placements;
DROP VIEW reporting_requests;
DROP VIEW current_mandates;

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
    asked.confidence, asked.review, decided.fields AS decided, decided.state, asked.task_key,
    CASE
        WHEN decided.no_due THEN asked.dues[:0]
        WHEN decided.due_end IS NOT NULL THEN list_concat([{
            'start': NULL::INTEGER, 'end': NULL::INTEGER, 'quote': NULL::VARCHAR,
            'due_start': coalesce(decided.due_start, decided.due_end), 'due_end': decided.due_end,
            'basis': 'decided', 'rule': NULL::VARCHAR, 'sense': NULL::VARCHAR
        }], asked.dues[2:])
        ELSE asked.dues
    END AS deadlines
FROM (
    SELECT
        mandate_id, task_key, clause_id, version_id, document_id, quote, verb, type, addressee, addressee_id, due, due_start, due_end,
        due_basis, agenda_item, agenda_title, action, deliverable, addressee_resolved, due_sense, confidence, review, dues
    FROM mandates
    UNION ALL
    SELECT
        clause_id, clause_key, clause_id, version_id, document_id, display, verb, type, addressee, addressee_id, NULL, NULL, NULL,
        'none', agenda_item, NULL, NULL, NULL, NULL, NULL, confidence, review, []
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
COMMENT ON COLUMN current_mandates.due IS 'The first deadline as written.';
COMMENT ON COLUMN current_mandates.due_start IS 'First day of the first deadline.';
COMMENT ON COLUMN current_mandates.due_end IS 'Last day of the first deadline.';
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
COMMENT ON COLUMN current_mandates.deadlines IS 'All deadlines, a decided one in place of the first; current_deadlines has them as rows.';

CREATE VIEW current_deadlines AS
SELECT
    mandate.* EXCLUDE (deadlines, place) REPLACE (
        deadlines[place].quote AS due, deadlines[place].due_start AS due_start, deadlines[place].due_end AS due_end,
        coalesce(deadlines[place].basis, 'none') AS due_basis, deadlines[place].sense AS due_sense
    ),
    CASE WHEN len(deadlines) > 0 THEN place END::INTEGER AS due_position
FROM (
    SELECT current_mandates.*, unnest(range(1, greatest(len(deadlines), 1) + 1)) AS place FROM current_mandates
) AS mandate;
COMMENT ON VIEW current_deadlines IS 'current_mandates with one row for each deadline of each task, and one row for a task without any.';
COMMENT ON COLUMN current_deadlines.mandate_id IS 'The mandate; the clause where a person decided that it is a mandate.';
COMMENT ON COLUMN current_deadlines.document_id IS 'The document that contains it.';
COMMENT ON COLUMN current_deadlines.symbol IS 'The document''s official symbol.';
COMMENT ON COLUMN current_deadlines.title IS 'The document''s title.';
COMMENT ON COLUMN current_deadlines.body IS 'The organ that adopted or issued it.';
COMMENT ON COLUMN current_deadlines.kind IS 'resolution, decision, amendment, report, initiative, statement, news or other.';
COMMENT ON COLUMN current_deadlines.stage IS 'preliminary_draft, draft, adopted, official_record, or null.';
COMMENT ON COLUMN current_deadlines.session IS 'The body''s session.';
COMMENT ON COLUMN current_deadlines.published_on IS 'Day of adoption or issue; null when nobody states it.';
COMMENT ON COLUMN current_deadlines.number IS 'The clause''s number as printed.';
COMMENT ON COLUMN current_deadlines.page IS 'Page of the clause, from 1; null for texts without pages.';
COMMENT ON COLUMN current_deadlines.quote IS 'The words: the whole clause where it holds one mandate, else the mandate''s part of it.';
COMMENT ON COLUMN current_deadlines.verb IS 'The verb that carries the mandate, as written.';
COMMENT ON COLUMN current_deadlines.type IS 'agenda_placement, reporting_request, task_assignment, establishment, convening, budget or extension_renewal.';
COMMENT ON COLUMN current_deadlines.addressee IS 'Who has to act, as written.';
COMMENT ON COLUMN current_deadlines.addressee_id IS 'Who has to act, by one name over all documents.';
COMMENT ON COLUMN current_deadlines.due IS 'The deadline as written; null where a person decided it, or where there is none.';
COMMENT ON COLUMN current_deadlines.due_start IS 'First day of the deadline.';
COMMENT ON COLUMN current_deadlines.due_end IS 'Last day of the deadline.';
COMMENT ON COLUMN current_deadlines.due_basis IS 'Where the days come from: stated date, session calendar, inferred, decided by a person, or none.';
COMMENT ON COLUMN current_deadlines.agenda_item IS 'The agenda item as written.';
COMMENT ON COLUMN current_deadlines.agenda_title IS 'What the agenda item stands for.';
COMMENT ON COLUMN current_deadlines.action IS 'The action in one word: report, study, meeting, committee …';
COMMENT ON COLUMN current_deadlines.url IS 'Where to read the document.';
COMMENT ON COLUMN current_deadlines.corrected_by IS 'Symbols (else titles) of the corrigenda to the document: the words of the mandate are those before them. Null where none was seen.';
COMMENT ON COLUMN current_deadlines.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN current_deadlines.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun.';
COMMENT ON COLUMN current_deadlines.due_sense IS 'How the words of the deadline bind: by, from, not before, on, within, until or each.';
COMMENT ON COLUMN current_deadlines.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN current_deadlines.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN current_deadlines.decided IS 'The fields that a person decided, reviewed among them where the reading was confirmed; null where nobody did.';
COMMENT ON COLUMN current_deadlines.state IS 'open, done or dropped, where a person said so.';
COMMENT ON COLUMN current_deadlines.task_key IS 'Lasting name of the task, or of the clause where a person decided that it is a mandate.';
COMMENT ON COLUMN current_deadlines.due_position IS 'Place of the deadline among those of the task, from 1; null where it has none.';

CREATE VIEW open_mandates AS
SELECT mandate.*, date_diff('day', current_date, mandate.due_end) AS days_left
FROM current_deadlines AS mandate
WHERE coalesce(mandate.stage, '') NOT IN ('preliminary_draft', 'draft')
    AND coalesce(mandate.state, 'open') = 'open'
    AND (mandate.due_end IS NULL OR mandate.due_end >= current_date)
    AND NOT (mandate.type = 'reporting_request' AND EXISTS (
        FROM relations WHERE relation = 'answers' AND to_document = mandate.document_id
    ));
COMMENT ON VIEW open_mandates IS 'What is still to be done, one row for each task and deadline: the deadline is not past, or there is none, and no report has answered it. Drafts and what a person called done or dropped are left out. A task with two deadlines has two rows; count(DISTINCT mandate_id) counts tasks.';
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
COMMENT ON COLUMN open_mandates.due_position IS 'Place of the deadline among those of the task, from 1; null where it has none.';

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
SELECT symbol, title, body, published_on, number, page, quote, agenda_item, agenda_title, due, due_start, due_end, due_basis, url, corrected_by, mandate_id, confidence, review, decided, due_position
FROM current_deadlines WHERE type = 'agenda_placement' AND coalesce(stage, '') NOT IN ('preliminary_draft', 'draft');
COMMENT ON VIEW agenda_placements IS 'What was put on a coming agenda, and when that session is, one row for each session; drafts left out.';
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
COMMENT ON COLUMN agenda_placements.due_position IS 'Place of the deadline among those of the task, from 1; null where it has none.';

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
    mandate.addressee_resolved, mandate.confidence, mandate.review, mandate.decided, mandate.due_position
FROM current_deadlines AS mandate
WHERE mandate.type = 'reporting_request' AND coalesce(mandate.stage, '') NOT IN ('preliminary_draft', 'draft');
COMMENT ON VIEW reporting_requests IS 'Reports that were asked for, of whom, by when, and the reports that answer them, one row for each deadline; drafts left out.';
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
COMMENT ON COLUMN reporting_requests.due_position IS 'Place of the deadline among those of the task, from 1; null where it has none.';

CREATE MACRO mandates_with(words) AS TABLE FROM current_mandates WHERE has_words(words, quote);
CREATE MACRO due_within(days) AS TABLE FROM open_mandates WHERE days_left BETWEEN 0 AND days ORDER BY due_end, symbol;
COMMENT ON MACRO TABLE mandates_with IS 'Current mandates whose words hold all of these.';
COMMENT ON MACRO TABLE due_within IS 'Deadlines of open mandates that end within so many days, soonest first.';
