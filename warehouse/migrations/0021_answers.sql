-- What shows that a task was done: the evidence of each task, in place of whatever claims to answer its document.

CREATE VIEW task_answers AS
SELECT
    coalesce(aliases.new, found.task_key) AS task_key, found.occurrence, found.says, found.document_id, answering.symbol, answering.title,
    answering.url, found.happened_on, found.rule, found.words, found.note, found.known_at
FROM task_evidence AS found
JOIN documents AS answering USING (document_id)
LEFT JOIN key_aliases AS aliases ON aliases.old = found.task_key
WHERE found.retracted_at IS NULL AND starts_with(found.rule, 'answer.');
COMMENT ON VIEW task_answers IS 'Which documents answer which tasks, one row for each answer: with the rule that found it and the words on which it rests.';
COMMENT ON COLUMN task_answers.task_key IS 'The task, as it is named today.';
COMMENT ON COLUMN task_answers.occurrence IS 'Which of its deadlines was answered (task_occurrences.number); null where it has one or none, or is a series whose day decides.';
COMMENT ON COLUMN task_answers.says IS 'answered, partly_answered, or unknown where what was read does not settle it.';
COMMENT ON COLUMN task_answers.document_id IS 'The document that answers.';
COMMENT ON COLUMN task_answers.symbol IS 'Its official symbol.';
COMMENT ON COLUMN task_answers.title IS 'Its title.';
COMMENT ON COLUMN task_answers.url IS 'Where to read it.';
COMMENT ON COLUMN task_answers.happened_on IS 'Its day; null where none is stated.';
COMMENT ON COLUMN task_answers.rule IS 'The rule that found it: answer.report.paragraph, answer.report.only, answer.report.matter, answer.report.undecided, answer.meeting.report, answer.body.document or answer.agenda.document.';
COMMENT ON COLUMN task_answers.words IS 'The words of its opening on which that rests.';
COMMENT ON COLUMN task_answers.note IS 'Why, in plain words.';
COMMENT ON COLUMN task_answers.known_at IS 'When it was recorded here (UTC).';

DROP MACRO TABLE due_within;
DROP VIEW open_mandates;
DROP VIEW reporting_requests;

CREATE VIEW open_mandates AS
SELECT mandate.*, date_diff('day', current_date, mandate.due_end) AS days_left
FROM current_deadlines AS mandate
WHERE coalesce(mandate.stage, '') NOT IN ('preliminary_draft', 'draft')
    AND coalesce(mandate.state, 'open') = 'open'
    AND (mandate.due_end IS NULL OR mandate.due_end >= current_date)
    AND NOT EXISTS (
        FROM task_answers AS answer
        WHERE answer.task_key = mandate.task_key AND answer.says = 'answered'
            AND coalesce(answer.occurrence, mandate.due_position, 1) = coalesce(mandate.due_position, 1)
            -- One report does not end what is asked for each year.
            AND mandate.due_sense IS DISTINCT FROM 'each'
    );
COMMENT ON VIEW open_mandates IS 'What is still to be done, one row for each task and deadline: the deadline is not past, or there is none, and nothing has answered it (task_answers). What is asked for each year or session stays open. Drafts and what a person called done or dropped are left out. A task with two deadlines has two rows; count(DISTINCT mandate_id) counts tasks.';
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
COMMENT ON COLUMN open_mandates.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN open_mandates.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun.';
COMMENT ON COLUMN open_mandates.due_sense IS 'How the words of the deadline bind: by, from, not before, on, within, until or each.';
COMMENT ON COLUMN open_mandates.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN open_mandates.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN open_mandates.decided IS 'The fields that a person decided: reviewed among them where the reading was confirmed, seen where somebody takes care of it, muted where nobody is notified of it any more; null where nobody did.';
COMMENT ON COLUMN open_mandates.state IS 'open, done or dropped, where a person said so.';
COMMENT ON COLUMN open_mandates.task_key IS 'Lasting name of the task, or of the clause where a person decided that it is a mandate.';
COMMENT ON COLUMN open_mandates.due_position IS 'Place of the deadline among those of the task, from 1; null where it has none.';
COMMENT ON COLUMN open_mandates.days_left IS 'Days until due_end, counted from the day of the query.';
COMMENT ON COLUMN open_mandates.responsible IS 'The unit that is responsible, as a person decided; null where nobody did.';
COMMENT ON COLUMN open_mandates.status IS 'How far it is, in the words of whoever said so; null where nobody did.';
COMMENT ON COLUMN open_mandates.remark IS 'The note that a person left; null where nobody did.';

CREATE VIEW reporting_requests AS
SELECT
    mandate.symbol, mandate.title, mandate.body, mandate.published_on, mandate.number, mandate.page, mandate.quote, mandate.addressee,
    mandate.addressee_id, mandate.due, mandate.due_start, mandate.due_end, mandate.due_basis,
    (
        SELECT list(coalesce(answer.symbol, answer.title) ORDER BY answer.happened_on, answer.document_id)
        FROM task_answers AS answer
        WHERE answer.task_key = mandate.task_key AND answer.says IN ('answered', 'partly_answered')
            AND coalesce(answer.occurrence, mandate.due_position, 1) = coalesce(mandate.due_position, 1)
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
COMMENT ON COLUMN reporting_requests.answered_by IS 'Symbols (else titles) of the documents that answer this request, wholly or in part (task_answers); null when none was seen.';
COMMENT ON COLUMN reporting_requests.url IS 'Where to read the document.';
COMMENT ON COLUMN reporting_requests.corrected_by IS 'Corrigenda to the document; null where none was seen.';
COMMENT ON COLUMN reporting_requests.mandate_id IS 'The mandate.';
COMMENT ON COLUMN reporting_requests.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN reporting_requests.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun.';
COMMENT ON COLUMN reporting_requests.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN reporting_requests.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN reporting_requests.decided IS 'The fields that a person decided, reviewed among them where the reading was confirmed; null where nobody did.';
COMMENT ON COLUMN reporting_requests.due_position IS 'Place of the deadline among those of the task, from 1; null where it has none.';

CREATE MACRO due_within(days) AS TABLE FROM open_mandates WHERE days_left BETWEEN 0 AND days ORDER BY due_end, symbol;
COMMENT ON MACRO TABLE due_within IS 'Deadlines of open mandates that end within this many days, soonest first.';
