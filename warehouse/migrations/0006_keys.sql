-- Names that last, what people decided about tasks, and each task, deadline and reading as a row of its own.
--
-- Tasks, deadlines and readings are views: the rows they show are held once, in mandates, versions and analyses.
-- The keys of recorded clauses and mandates are filled in by the program, in the transaction of this file.

ALTER TABLE clauses ADD COLUMN clause_key VARCHAR;
ALTER TABLE mandates ADD COLUMN task_key VARCHAR;
COMMENT ON COLUMN clauses.clause_key IS 'Its lasting name: a hash of the document and the words of the clause without blanks, hyphens and punctuation, counted among equals. The same in all versions and readings that have the same words.';
COMMENT ON COLUMN mandates.task_key IS 'Its lasting name: clause_key, the infinitive of the verb, and its place among those of the clause with the same verb.';

ALTER TABLE mandates ALTER COLUMN dues TYPE STRUCT("start" INTEGER, "end" INTEGER, quote VARCHAR, due_start DATE, due_end DATE, basis VARCHAR, rule VARCHAR, sense VARCHAR)[];
COMMENT ON COLUMN mandates.dues IS 'All deadlines, with offsets; the view dues has them as rows.';

ALTER TABLE analyses ADD COLUMN reading VARCHAR;
ALTER TABLE analyses ADD COLUMN reasons VARCHAR[];
COMMENT ON COLUMN analyses.reading IS 'How completely the text was read: complete, partial or none; null where the analysis does not say.';
COMMENT ON COLUMN analyses.reasons IS 'Why it is partial or none.';

CREATE TABLE key_aliases (
    old VARCHAR PRIMARY KEY,
    new VARCHAR NOT NULL,
    score DOUBLE NOT NULL,
    since TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE key_aliases IS 'Keys of clauses and tasks that another reading of the same text gave other words, and the keys they have now.';
COMMENT ON COLUMN key_aliases.old IS 'The former clause_key or task_key.';
COMMENT ON COLUMN key_aliases.new IS 'The key it has now; never itself the old key of another alias.';
COMMENT ON COLUMN key_aliases.score IS 'Share of words that both have in the same order, from 0.6 to 1 for each re-reading in between.';
COMMENT ON COLUMN key_aliases.since IS 'When the re-reading was recorded (UTC).';

CREATE TABLE decisions (
    decision_id VARCHAR PRIMARY KEY,
    task_key VARCHAR NOT NULL,
    field VARCHAR NOT NULL,
    value VARCHAR,
    who VARCHAR NOT NULL,
    "at" TIMESTAMPTZ NOT NULL,
    why VARCHAR NOT NULL,
    document_id VARCHAR,
    quote VARCHAR,
    recorded_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE decisions IS 'What people decided about tasks. Append-only: a later decision on the same field replaces an earlier one; current_decisions shows those that hold.';
COMMENT ON COLUMN decisions.decision_id IS 'sha256 of task, field, value, person, time and reason: each is recorded exactly once.';
COMMENT ON COLUMN decisions.task_key IS 'The task as it was named when the decision was made; key_aliases leads on.';
COMMENT ON COLUMN decisions.field IS 'Field of the task: is_mandate, type, addressee, addressee_id, due_start, due_end, deliverable, state or note.';
COMMENT ON COLUMN decisions.value IS 'What it should be; null takes an earlier decision back.';
COMMENT ON COLUMN decisions.who IS 'Who decided, as they sign.';
COMMENT ON COLUMN decisions."at" IS 'When (UTC).';
COMMENT ON COLUMN decisions.why IS 'The reason given.';
COMMENT ON COLUMN decisions.document_id IS 'Document of the task when the decision was recorded; null where no recorded task had that key.';
COMMENT ON COLUMN decisions.quote IS 'Words of the task when the decision was recorded.';
COMMENT ON COLUMN decisions.recorded_at IS 'When it was recorded here (UTC).';

CREATE VIEW tasks AS
SELECT
    mandates.task_key, mandates.mandate_id, row_number() OVER (PARTITION BY mandates.clause_id ORDER BY mandates."start", mandates.mandate_id)::INTEGER AS position,
    mandates.verb, mandates.addressee, mandates.addressee_id, mandates.deliverable, mandates.type, mandates.action,
    mandates.agenda_item, mandates.agenda_title, mandates.quote, clauses.clause_key, clauses.number, clauses.page,
    mandates.document_id, mandates.version_id
FROM mandates
SEMI JOIN current_versions USING (document_id, version_id)
JOIN clauses USING (clause_id);
COMMENT ON VIEW tasks IS 'What each document asks for today, one row a task: the mandates in the newest text of each document, by names that last.';
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

CREATE VIEW dues AS
SELECT
    task_key, position, due.quote AS due, due.due_start, due.due_end, due.basis, due.sense, due."start", due."end", due.rule,
    mandate_id, document_id
FROM (
    SELECT
        task_key, mandate_id, document_id, unnest(dues) AS due, generate_subscripts(dues, 1)::INTEGER AS position
    FROM mandates SEMI JOIN current_versions USING (document_id, version_id)
);
COMMENT ON VIEW dues IS 'Every deadline of every task in tasks, one row each.';
COMMENT ON COLUMN dues.task_key IS 'The task.';
COMMENT ON COLUMN dues.position IS 'Its place among the deadlines of the task, from 1.';
COMMENT ON COLUMN dues.due IS 'The deadline as written.';
COMMENT ON COLUMN dues.due_start IS 'First day of the deadline; null where it stays open.';
COMMENT ON COLUMN dues.due_end IS 'Last day of the deadline; null where it stays open.';
COMMENT ON COLUMN dues.basis IS 'Where the days come from: stated date, session calendar, inferred, or none.';
COMMENT ON COLUMN dues.sense IS 'How the words bind: by, from, not before, within, each …; null where the analysis does not say.';
COMMENT ON COLUMN dues."start" IS 'Offset of its first character.';
COMMENT ON COLUMN dues."end" IS 'Offset after its last character.';
COMMENT ON COLUMN dues.rule IS 'The rule that found it.';
COMMENT ON COLUMN dues.mandate_id IS 'The mandate in the text as it is read today.';
COMMENT ON COLUMN dues.document_id IS 'The document.';

CREATE VIEW readings AS
SELECT version_id, analyses.reading, analyses.reasons, coalesce(versions.reader, 1) AS reader, analyses.rules
FROM versions LEFT JOIN analyses USING (version_id);
COMMENT ON VIEW readings IS 'How each version was read: how completely, by which reader, by which rules.';
COMMENT ON COLUMN readings.version_id IS 'The version.';
COMMENT ON COLUMN readings.reading IS 'complete, partial or none; null where the analysis does not say.';
COMMENT ON COLUMN readings.reasons IS 'Why it is partial or none.';
COMMENT ON COLUMN readings.reader IS 'Version of the reader that took the text from the bytes.';
COMMENT ON COLUMN readings.rules IS 'Version of the rules of the analysis; null where the text could not be analysed, or where it was not kept.';

CREATE VIEW current_decisions AS
SELECT
    coalesce(kept.task_key, key_aliases.new, decisions.task_key) AS task_key, decisions.field, decisions.value, decisions.who,
    decisions."at", decisions.why, decisions.task_key AS decided_on, decisions.document_id, decisions.quote,
    CASE WHEN kept.task_key IS NULL THEN key_aliases.score END AS score
FROM decisions
LEFT JOIN (SELECT DISTINCT task_key FROM tasks) AS kept ON kept.task_key = decisions.task_key
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
LEFT JOIN (SELECT task_key, any_value(quote) AS quote FROM tasks GROUP BY task_key) AS task USING (task_key)
LEFT JOIN documents USING (document_id)
WHERE decision.value IS NOT NULL AND (task.task_key IS NULL OR decision.score < 0.9);
COMMENT ON VIEW reviews IS 'Decisions that a person should look at again, because their task is gone or has other words. Deciding the same again, under the key of today, or taking it back, settles it.';
COMMENT ON COLUMN reviews.task_key IS 'The task; where the newest text has it no more, the last key it had.';
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
