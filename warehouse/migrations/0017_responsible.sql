-- Who has a task in hand and how far it is, as people write it into the mandate matrix: decisions like others, which say nothing about
-- how a task is read. The views show them.

COMMENT ON COLUMN decisions.field IS 'Field of the task: is_mandate, type, addressee, addressee_id, due_start, due_end, deliverable, state, responsible (the unit that has it in hand), status (how far it is, in that unit''s words), seen (somebody takes care of it), muted (no messages about it) or note; reviewed where the reading was confirmed.';

DROP VIEW current_deadlines;
DROP VIEW current_mandates;
DROP VIEW decided;

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
    any_value(value) FILTER (field = 'responsible') AS responsible,
    any_value(value) FILTER (field = 'status') AS status,
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
COMMENT ON COLUMN decided.responsible IS 'The unit that is responsible.';
COMMENT ON COLUMN decided.status IS 'How far it is, in the words of whoever said so.';

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
    asked.confidence, asked.review, decided.fields AS decided, decided.state, asked.task_key, decided.responsible, decided.status, decided.note AS remark,
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
COMMENT ON COLUMN current_mandates.agenda_title IS 'The title of the agenda item.';
COMMENT ON COLUMN current_mandates.action IS 'The action in one word: report, study, meeting, committee …';
COMMENT ON COLUMN current_mandates.url IS 'Where to read the document.';
COMMENT ON COLUMN current_mandates.corrected_by IS 'Symbols (else titles) of the corrigenda to the document: the words of the mandate are those before them. Null where none was seen.';
COMMENT ON COLUMN current_mandates.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN current_mandates.addressee_resolved IS 'Whom the addressee refers to where it is a pronoun.';
COMMENT ON COLUMN current_mandates.due_sense IS 'How the words of the deadline bind: by, from, not before, on, within, until or each.';
COMMENT ON COLUMN current_mandates.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN current_mandates.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN current_mandates.decided IS 'The fields that a person decided: reviewed among them where the reading was confirmed, seen where somebody takes care of it, muted where nobody is notified of it any more; null where nobody did.';
COMMENT ON COLUMN current_mandates.state IS 'open, done or dropped, where a person said so.';
COMMENT ON COLUMN current_mandates.task_key IS 'Lasting name of the task, or of the clause where a person decided that it is a mandate.';
COMMENT ON COLUMN current_mandates.deadlines IS 'All deadlines, a decided one in place of the first; current_deadlines has them as rows.';
COMMENT ON COLUMN current_mandates.responsible IS 'The unit that is responsible, as a person decided; null where nobody did.';
COMMENT ON COLUMN current_mandates.status IS 'How far it is, in the words of whoever said so; null where nobody did.';
COMMENT ON COLUMN current_mandates.remark IS 'The note that a person left; null where nobody did.';

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
COMMENT ON COLUMN current_deadlines.agenda_title IS 'The title of the agenda item.';
COMMENT ON COLUMN current_deadlines.action IS 'The action in one word: report, study, meeting, committee …';
COMMENT ON COLUMN current_deadlines.url IS 'Where to read the document.';
COMMENT ON COLUMN current_deadlines.corrected_by IS 'Symbols (else titles) of the corrigenda to the document: the words of the mandate are those before them. Null where none was seen.';
COMMENT ON COLUMN current_deadlines.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN current_deadlines.addressee_resolved IS 'Whom the addressee refers to where it is a pronoun.';
COMMENT ON COLUMN current_deadlines.due_sense IS 'How the words of the deadline bind: by, from, not before, on, within, until or each.';
COMMENT ON COLUMN current_deadlines.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN current_deadlines.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN current_deadlines.decided IS 'The fields that a person decided: reviewed among them where the reading was confirmed, seen where somebody takes care of it, muted where nobody is notified of it any more; null where nobody did.';
COMMENT ON COLUMN current_deadlines.state IS 'open, done or dropped, where a person said so.';
COMMENT ON COLUMN current_deadlines.task_key IS 'Lasting name of the task, or of the clause where a person decided that it is a mandate.';
COMMENT ON COLUMN current_deadlines.due_position IS 'Place of the deadline among those of the task, from 1; null where it has none.';
COMMENT ON COLUMN current_deadlines.responsible IS 'The unit that is responsible, as a person decided; null where nobody did.';
COMMENT ON COLUMN current_deadlines.status IS 'How far it is, in the words of whoever said so; null where nobody did.';
COMMENT ON COLUMN current_deadlines.remark IS 'The note that a person left; null where nobody did.';
