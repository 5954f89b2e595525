-- The ledger as people ask it: the state of each occurrence of each task on a day, by what is known now or was known then.

CREATE VIEW task_occurrences AS
SELECT
    task_key, occurrence.number, occurrence.due_position, occurrence.due, occurrence.due_start, occurrence.due_end, occurrence.due_basis,
    occurrence.sense, occurrence.is_expected, document_id, known_at
FROM (SELECT task_key, document_id, known_at, unnest(occurrences) AS occurrence FROM ledger_tasks);
COMMENT ON VIEW task_occurrences IS 'What a task asks for, one row per occurrence: one for each deadline, one per year or session for what is asked for each year or session, one without days where there is no deadline.';
COMMENT ON COLUMN task_occurrences.task_key IS 'The task.';
COMMENT ON COLUMN task_occurrences.number IS 'Its place among the occurrences of the task, from 1, in the order of the deadlines; later occurrences of a series follow in the order of their days.';
COMMENT ON COLUMN task_occurrences.due_position IS 'The deadline of the task from which it comes; null where there is none.';
COMMENT ON COLUMN task_occurrences.due IS 'That deadline as written.';
COMMENT ON COLUMN task_occurrences.due_start IS 'First day of this occurrence; null where it stays open.';
COMMENT ON COLUMN task_occurrences.due_end IS 'Last day of this occurrence; null where it stays open.';
COMMENT ON COLUMN task_occurrences.due_basis IS 'Where the days come from: stated date, session calendar, inferred, decided, cadence (an occurrence of a series) or none.';
COMMENT ON COLUMN task_occurrences.sense IS 'How the words of the deadline bind: by, from, not before, on, within, until or each; null where there is none or a person decided it.';
COMMENT ON COLUMN task_occurrences.is_expected IS 'Whether it was worked out from the cadence of a series rather than written.';
COMMENT ON COLUMN task_occurrences.document_id IS 'The document that asks for it.';
COMMENT ON COLUMN task_occurrences.known_at IS 'When the account of the task became what it is (UTC).';

CREATE VIEW ledger_states AS
SELECT
    task_key, span.occurrence, span.state, span.since, span.until, span.rule, span.evidence_id, span.note, document_id, known_at
FROM (SELECT task_key, document_id, known_at, unnest(states) AS span FROM ledger_tasks);
COMMENT ON VIEW ledger_states IS 'The states of each occurrence of each task as spans of days, as known now, including in advance those that only the calendar brings. The view ledger shows today''s state.';
COMMENT ON COLUMN ledger_states.task_key IS 'The task.';
COMMENT ON COLUMN ledger_states.occurrence IS 'The occurrence, as task_occurrences numbers it.';
COMMENT ON COLUMN ledger_states.state IS 'open, due_soon, overdue, answered, partly_answered, renewed, superseded, withdrawn, corrected or unknown. Whether overdue may be said depends on what was watched: see ledger.';
COMMENT ON COLUMN ledger_states.since IS 'First day of this state; null where no day is stated.';
COMMENT ON COLUMN ledger_states.until IS 'First day on which it no longer holds; null while nothing is known to have ended it.';
COMMENT ON COLUMN ledger_states.rule IS 'The rule that gave the state.';
COMMENT ON COLUMN ledger_states.evidence_id IS 'The evidence it rests on, in task_evidence; null for what the calendar or a person decides.';
COMMENT ON COLUMN ledger_states.note IS 'Why, in plain words.';
COMMENT ON COLUMN ledger_states.document_id IS 'The document that asks for the task.';
COMMENT ON COLUMN ledger_states.known_at IS 'When the account of the task became what it is (UTC).';

CREATE VIEW answer_kinds AS
SELECT type, kind FROM (VALUES
    ('reporting_request', ['report']),
    ('convening', ['report']),
    ('agenda_placement', ['resolution', 'decision', 'report', 'initiative', 'statement', 'other']),
    ('establishment', ['resolution', 'decision', 'report', 'initiative', 'statement', 'news', 'other'])
) AS rules(type, kinds), unnest(kinds) AS each(kind);
COMMENT ON VIEW answer_kinds IS 'Which kinds of documents can show that a mandate of each type was answered. As a rule, no publication shows whether other types were carried out.';
COMMENT ON COLUMN answer_kinds.type IS 'Type of the mandate.';
COMMENT ON COLUMN answer_kinds.kind IS 'Kind of document.';

CREATE VIEW answers_watched AS
SELECT
    answer_kinds.type, split_part(source_kinds.body, '-', 1) AS parent, source_watch.source_id, source_watch.since::DATE AS since,
    source_watch.watched_until::DATE AS until
FROM source_kinds
JOIN answer_kinds USING (kind)
JOIN source_watch USING (source_id)
GROUP BY ALL;
COMMENT ON VIEW answers_watched IS 'From when to when each source that shows documents of the kind that answers was watched without a gap.';
COMMENT ON COLUMN answers_watched.type IS 'Type of the mandates that such documents answer.';
COMMENT ON COLUMN answers_watched.parent IS 'The organ whose documents it shows, organs below it included: UNGA for UNGA-C3, too.';
COMMENT ON COLUMN answers_watched.source_id IS 'The source.';
COMMENT ON COLUMN answers_watched.since IS 'First day.';
COMMENT ON COLUMN answers_watched.until IS 'Last day: that of source_watch.watched_until.';

-- What was known of a task under a former name is known of the task that it has become.
CREATE MACRO ledger_accounts(known) AS TABLE
SELECT task_key, document_id, occurrences, states, known_at FROM ledger_tasks WHERE known_at <= known
UNION ALL
-- Several former tasks may have become one: of those the account that was worked out last is shown.
SELECT coalesce(key_aliases.new, past.task_key), past.document_id, past.occurrences, past.states, past.known_at
FROM ledger_past AS past LEFT JOIN key_aliases ON key_aliases.old = past.task_key
WHERE past.known_at <= known AND past.replaced_at > known
QUALIFY row_number() OVER (PARTITION BY coalesce(key_aliases.new, past.task_key) ORDER BY past.known_at DESC, past.past_id) = 1;
COMMENT ON MACRO TABLE ledger_accounts IS 'The account of each task, by the name that it has today, as it was known at a time.';

-- Overdue is said only where a source that would show the answer was watched from the last day on.
CREATE MACRO ledger_known(day, known) AS TABLE
SELECT
    mandate.mandate_id, mandate.document_id, mandate.symbol, mandate.title, mandate.body, mandate.kind, mandate.stage, mandate.session, mandate.published_on,
    mandate.number, mandate.page, mandate.quote, mandate.verb, mandate.type, mandate.addressee, mandate.addressee_id, mandate.addressee_resolved, mandate.agenda_item,
    mandate.agenda_title, mandate.action, mandate.deliverable, mandate.url, mandate.corrected_by, mandate.confidence, mandate.review, mandate.task_key, mandate.decided,
    span.occurrence, span.due, span.due_start, span.due_end, span.due_basis, span.sense AS due_sense, span.is_expected,
    CASE WHEN span.state = 'overdue' AND watched.source_id IS NULL THEN 'unknown' ELSE span.state END AS state,
    span.since,
    CASE WHEN span.state = 'overdue' AND watched.source_id IS NULL THEN 'not_watched' ELSE span.rule END AS rule,
    CASE WHEN span.state = 'overdue' AND watched.source_id IS NULL THEN 'due date passed, answer not watched' ELSE span.note END AS note,
    span.evidence_id, shown.document_id AS evidence_document, shown.symbol AS evidence_symbol, shown.title AS evidence_title,
    shown.url AS evidence_url, evidence.happened_on AS evidence_on, evidence.words AS evidence_words,
    CASE WHEN span.state IN ('answered', 'partly_answered') THEN shown.document_id END AS answered_by,
    CASE WHEN span.state IN ('answered', 'partly_answered') THEN shown.symbol END AS answered_by_symbol,
    CASE WHEN span.state IN ('answered', 'partly_answered') THEN shown.title END AS answered_by_title,
    CASE WHEN span.state IN ('answered', 'partly_answered') THEN shown.url END AS answered_by_url,
    CASE WHEN span.state IN ('answered', 'partly_answered') THEN coalesce(evidence.happened_on, span.since) END AS answered_on,
    date_diff('day', day, span.due_end) AS days_left,
    CASE WHEN span.state = 'overdue' THEN watched.source_id END AS watched_by,
    NULL::VARCHAR AS responsible, NULL::VARCHAR AS status, NULL::VARCHAR AS remark,
    span.known_at
FROM (
    SELECT asked.task_key, asked.document_id, asked.known_at, asked.occurrence.number AS occurrence, asked.occurrence.due,
        asked.occurrence.due_start, asked.occurrence.due_end, asked.occurrence.due_basis, asked.occurrence.sense, asked.occurrence.is_expected,
        held.span.state, held.span.since, held.span.rule, held.span.note, held.span.evidence_id
    FROM (SELECT task_key, document_id, known_at, unnest(occurrences) AS occurrence FROM ledger_accounts(known)) AS asked
    JOIN (SELECT task_key, unnest(states) AS span FROM ledger_accounts(known)) AS held
        ON held.task_key = asked.task_key AND held.span.occurrence = asked.occurrence.number
        AND (held.span.since IS NULL OR held.span.since <= day) AND (held.span.until IS NULL OR held.span.until > day)
) AS span
JOIN current_mandates AS mandate ON mandate.task_key = span.task_key
LEFT JOIN task_evidence AS evidence ON evidence.evidence_id = span.evidence_id
LEFT JOIN documents AS shown ON shown.document_id = evidence.document_id
-- Two plain conditions that DuckDB turns into a hash join; the days are compared on its few matches.
LEFT JOIN (
    SELECT due.task_key, due.occurrence, min(watch.source_id) AS source_id
    FROM (
        SELECT asked.task_key, asked.occurrence.number AS occurrence, asked.occurrence.due_end, mandate.type, split_part(mandate.body, '-', 1) AS parent
        FROM (SELECT task_key, unnest(occurrences) AS occurrence FROM ledger_accounts(known)) AS asked
        JOIN current_mandates AS mandate USING (task_key)
        WHERE asked.occurrence.due_end < day
    ) AS due
    JOIN answers_watched AS watch
        ON watch.type = due.type AND watch.parent = due.parent AND watch.since <= due.due_end AND watch.until >= least(day, current_date)
    GROUP BY ALL
) AS watched ON watched.task_key = span.task_key AND watched.occurrence = span.occurrence;
COMMENT ON MACRO TABLE ledger_known IS 'As ledger, for a given day, as known at a given time. Texts and people''s decisions about how they are read are those of today.';

-- What was known at a time (ledger_known) has no units: they are those of today.
CREATE MACRO ledger_on(day) AS TABLE
SELECT known.* REPLACE (decided.responsible AS responsible, decided.status AS status, decided.note AS remark)
FROM ledger_known(day, 'infinity'::TIMESTAMPTZ) AS known LEFT JOIN decided USING (task_key);
COMMENT ON MACRO TABLE ledger_on IS 'As ledger, for another day, as known now.';

CREATE VIEW ledger AS FROM ledger_on(current_date);
COMMENT ON VIEW ledger IS 'What became of each mandate, one row for each occurrence of each task: today''s state, with the rule and the evidence. Drafts, and what a person said is not a mandate, are left out.';
COMMENT ON COLUMN ledger.mandate_id IS 'The mandate.';
COMMENT ON COLUMN ledger.document_id IS 'The document that contains it.';
COMMENT ON COLUMN ledger.symbol IS 'The document''s official symbol.';
COMMENT ON COLUMN ledger.title IS 'The document''s title.';
COMMENT ON COLUMN ledger.body IS 'The organ that adopted or issued it.';
COMMENT ON COLUMN ledger.kind IS 'Kind of the document.';
COMMENT ON COLUMN ledger.stage IS 'adopted, official_record, or null.';
COMMENT ON COLUMN ledger.session IS 'The body''s session.';
COMMENT ON COLUMN ledger.published_on IS 'Day of adoption or issue.';
COMMENT ON COLUMN ledger.number IS 'The clause''s number as printed.';
COMMENT ON COLUMN ledger.page IS 'Page of the clause, from 1.';
COMMENT ON COLUMN ledger.quote IS 'The words of the mandate.';
COMMENT ON COLUMN ledger.verb IS 'The verb that carries it.';
COMMENT ON COLUMN ledger.type IS 'Type of the mandate.';
COMMENT ON COLUMN ledger.addressee IS 'Who has to act, as written.';
COMMENT ON COLUMN ledger.addressee_id IS 'Who has to act, by one name over all documents.';
COMMENT ON COLUMN ledger.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun.';
COMMENT ON COLUMN ledger.agenda_item IS 'The agenda item as written.';
COMMENT ON COLUMN ledger.agenda_title IS 'What the agenda item stands for.';
COMMENT ON COLUMN ledger.action IS 'The action in one word.';
COMMENT ON COLUMN ledger.deliverable IS 'What is to be delivered, in the document''s own words.';
COMMENT ON COLUMN ledger.url IS 'Where to read the document.';
COMMENT ON COLUMN ledger.corrected_by IS 'Symbols (else titles) of the corrigenda to the document: the words of the mandate are those before them. Null where none was seen.';
COMMENT ON COLUMN ledger.confidence IS 'How sure the reading is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN ledger.review IS 'Why somebody should look at it; empty where the reading is sure.';
COMMENT ON COLUMN ledger.task_key IS 'Lasting name of the task, or of the clause where a person decided that it is a mandate.';
COMMENT ON COLUMN ledger.decided IS 'The fields that a person decided: reviewed among them where the reading was confirmed, seen where somebody takes care of it, muted where nobody is notified of it any more; null where nobody did.';
COMMENT ON COLUMN ledger.occurrence IS 'Number of the occurrence, from 1.';
COMMENT ON COLUMN ledger.due IS 'The deadline as written.';
COMMENT ON COLUMN ledger.due_start IS 'First day of the deadline; null where it stays open.';
COMMENT ON COLUMN ledger.due_end IS 'Last day of the deadline; null where it stays open.';
COMMENT ON COLUMN ledger.due_basis IS 'Where the days come from: stated date, session calendar, inferred, decided, cadence (expected from the rhythm of a series) or none.';
COMMENT ON COLUMN ledger.due_sense IS 'How the words of the deadline bind: by, from, not before, on, within, until or each.';
COMMENT ON COLUMN ledger.is_expected IS 'Whether this occurrence was worked out from the cadence of a series rather than written.';
COMMENT ON COLUMN ledger.state IS 'open, due_soon, overdue, answered, partly_answered, renewed, superseded, withdrawn, corrected or unknown.';
COMMENT ON COLUMN ledger.since IS 'First day of this state; null where no day is stated.';
COMMENT ON COLUMN ledger.rule IS 'The rule that gave the state.';
COMMENT ON COLUMN ledger.note IS 'Why, in plain words.';
COMMENT ON COLUMN ledger.evidence_id IS 'The evidence it rests on, in task_evidence; null for what the calendar or a person decides.';
COMMENT ON COLUMN ledger.evidence_document IS 'The document that shows it.';
COMMENT ON COLUMN ledger.evidence_symbol IS 'Its symbol.';
COMMENT ON COLUMN ledger.evidence_title IS 'Its title.';
COMMENT ON COLUMN ledger.evidence_url IS 'Where to read it.';
COMMENT ON COLUMN ledger.evidence_on IS 'Its day.';
COMMENT ON COLUMN ledger.evidence_words IS 'The words of that document on which the rule rests.';
COMMENT ON COLUMN ledger.answered_by IS 'The document that answered it, wholly or in part; null where none was seen.';
COMMENT ON COLUMN ledger.answered_by_symbol IS 'Its symbol.';
COMMENT ON COLUMN ledger.answered_by_title IS 'Its title.';
COMMENT ON COLUMN ledger.answered_by_url IS 'Where to read it.';
COMMENT ON COLUMN ledger.answered_on IS 'When it was answered.';
COMMENT ON COLUMN ledger.days_left IS 'Days until due_end, negative where it has passed.';
COMMENT ON COLUMN ledger.watched_by IS 'Of what is overdue: a source that would have shown the answer and was watched since the deadline.';
COMMENT ON COLUMN ledger.responsible IS 'The unit that is responsible, as a person decided; null where nobody did.';
COMMENT ON COLUMN ledger.status IS 'How far it is, in the words of whoever said so; null where nobody did.';
COMMENT ON COLUMN ledger.remark IS 'The note that a person left; null where nobody did.';
COMMENT ON COLUMN ledger.known_at IS 'When the account of the task became what it is (UTC).';

CREATE VIEW ledger_history AS
SELECT
    mandate.symbol, mandate.title, mandate.body, mandate.number, mandate.quote, mandate.type, mandate.addressee,
    span.occurrence, asked.due_end,
    CASE WHEN span.state = 'overdue' AND watched.task_key IS NULL THEN 'unknown' ELSE span.state END AS state,
    span.since, span.until,
    CASE WHEN span.state = 'overdue' AND watched.task_key IS NULL THEN 'not_watched' ELSE span.rule END AS rule,
    CASE WHEN span.state = 'overdue' AND watched.task_key IS NULL THEN 'due date passed, answer not watched' ELSE span.note END AS note,
    shown.symbol AS evidence_symbol, shown.title AS evidence_title, shown.url AS evidence_url, evidence.words AS evidence_words,
    mandate.url, span.task_key, mandate.document_id, span.evidence_id
FROM ledger_states AS span
JOIN current_mandates AS mandate USING (task_key)
JOIN task_occurrences AS asked ON asked.task_key = span.task_key AND asked.number = span.occurrence
LEFT JOIN (
    SELECT DISTINCT late.task_key, late.occurrence
    FROM ledger_states AS late
    JOIN task_occurrences AS due ON due.task_key = late.task_key AND due.number = late.occurrence
    JOIN current_mandates AS asking ON asking.task_key = late.task_key
    JOIN answers_watched AS watch
        ON watch.type = asking.type AND watch.parent = split_part(asking.body, '-', 1) AND watch.since <= due.due_end
        AND watch.until >= least(coalesce(late.until, current_date), current_date)
    WHERE late.state = 'overdue'
) AS watched ON watched.task_key = span.task_key AND watched.occurrence = span.occurrence
LEFT JOIN task_evidence AS evidence ON evidence.evidence_id = span.evidence_id
LEFT JOIN documents AS shown ON shown.document_id = evidence.document_id
WHERE span.since IS NULL OR span.since <= current_date;
COMMENT ON VIEW ledger_history IS 'Every state that each mandate was in so far, by what is known now, one row a span of days. Overdue is said where an answer was watched up to the end of the span, or to today.';
COMMENT ON COLUMN ledger_history.symbol IS 'The document''s official symbol.';
COMMENT ON COLUMN ledger_history.title IS 'The document''s title.';
COMMENT ON COLUMN ledger_history.body IS 'The organ that adopted or issued it.';
COMMENT ON COLUMN ledger_history.number IS 'The clause''s number as printed.';
COMMENT ON COLUMN ledger_history.quote IS 'The words of the mandate.';
COMMENT ON COLUMN ledger_history.type IS 'Type of the mandate.';
COMMENT ON COLUMN ledger_history.addressee IS 'Who has to act, as written.';
COMMENT ON COLUMN ledger_history.occurrence IS 'Number of the occurrence, from 1.';
COMMENT ON COLUMN ledger_history.due_end IS 'Last day of the deadline; null where it stays open.';
COMMENT ON COLUMN ledger_history.state IS 'open, due_soon, overdue, answered, partly_answered, renewed, superseded, withdrawn, corrected or unknown.';
COMMENT ON COLUMN ledger_history.since IS 'First day of this state; null where no day is stated.';
COMMENT ON COLUMN ledger_history.until IS 'First day on which it no longer holds; null while nothing is known to have ended it.';
COMMENT ON COLUMN ledger_history.rule IS 'The rule that gave the state.';
COMMENT ON COLUMN ledger_history.note IS 'Why, in plain words.';
COMMENT ON COLUMN ledger_history.evidence_symbol IS 'Symbol of the document that shows it.';
COMMENT ON COLUMN ledger_history.evidence_title IS 'Its title.';
COMMENT ON COLUMN ledger_history.evidence_url IS 'Where to read it.';
COMMENT ON COLUMN ledger_history.evidence_words IS 'The words of that document on which the rule rests.';
COMMENT ON COLUMN ledger_history.url IS 'Where to read the document.';
COMMENT ON COLUMN ledger_history.task_key IS 'Lasting name of the task, or of the clause where a person decided that it is a mandate.';
COMMENT ON COLUMN ledger_history.document_id IS 'The document that contains it.';
COMMENT ON COLUMN ledger_history.evidence_id IS 'The evidence it rests on, in task_evidence; null for what the calendar or a person decides.';

DROP VIEW to_review;

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
        WHERE seen.task_key = coalesce(mandates.task_key, clauses.clause_key) AND seen.value IS NOT NULL AND seen.field NOT IN ('state', 'responsible', 'status', 'seen', 'muted', 'note')
    )
    UNION ALL
    SELECT
        'decision', 0.2, format('{}: {} = {} ({})', reviews.reason, reviews.field, reviews.value, reviews.who), NULL, NULL, reviews.quote_now, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, reviews.quote, reviews.field, reviews.value, current_decisions.document_id, reviews.task_key, NULL
    FROM reviews JOIN current_decisions USING (task_key, field)
    WHERE reviews.field <> 'reviewed'
    UNION ALL
    -- What is undecided since long before the document was seen here is history, and settles nothing today.
    SELECT
        'ledger', 0.5, ledger.note, ledger.number, ledger.page, ledger.quote, true, ledger.type, ledger.addressee, ledger.due, ledger.due_start,
        ledger.due_end, ledger.deliverable, NULL, NULL, NULL, ledger.document_id, ledger.task_key, NULL
    FROM ledger JOIN documents AS asking USING (document_id)
    WHERE ledger.state = 'unknown' AND (ledger.evidence_id IS NOT NULL OR ledger.due_end >= asking.first_seen::DATE)
        AND NOT EXISTS (
            FROM current_decisions AS seen
            WHERE seen.task_key = ledger.task_key AND seen.value IS NOT NULL AND seen.field IN ('state', 'muted')
        )
) AS waiting
LEFT JOIN documents ON documents.document_id = waiting.document_id;
COMMENT ON VIEW to_review IS 'What somebody should look at: texts of which nothing or only part could be read, clauses whose reading is not sure, decisions whose task is gone or has other words, tasks of which nobody knows what became. A decision settles it (`mandates review`). Order it by confidence.';
COMMENT ON COLUMN to_review.what IS 'text, clause, decision or ledger.';
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
