-- What became of each mandate: which clause follows which, what is evidence of what, and the states that follow from it.
-- One PRIMARY KEY a table, as in 0001.

CREATE TABLE clause_links (
    link_id VARCHAR PRIMARY KEY,
    relation VARCHAR NOT NULL,
    later_document VARCHAR NOT NULL,
    later_clause VARCHAR,
    earlier_document VARCHAR NOT NULL,
    earlier_clause VARCHAR,
    change VARCHAR NOT NULL,
    score DOUBLE,
    words VARCHAR,
    evidence VARCHAR,
    first_seen TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE clause_links IS 'Which clause of a later document follows, adopts or corrects which clause of an earlier one; also the clauses that have no counterpart.';
COMMENT ON COLUMN clause_links.link_id IS 'sha256 of the relation, both documents and both clauses.';
COMMENT ON COLUMN clause_links.relation IS 'renews (the later document is the next resolution of the series), draft_of (it is the adopted text of the earlier one) or corrects (it is a corrigendum to the earlier one).';
COMMENT ON COLUMN clause_links.later_document IS 'The renewing resolution, the adopted text or the corrigendum.';
COMMENT ON COLUMN clause_links.later_clause IS 'clause_key in the later document; null where it dropped the clause, and for corrigenda, which have none.';
COMMENT ON COLUMN clause_links.earlier_document IS 'The renewed resolution, the draft or the corrected document.';
COMMENT ON COLUMN clause_links.earlier_clause IS 'clause_key in the earlier document; null where the clause is new.';
COMMENT ON COLUMN clause_links.change IS 'same (no word changed but dates, numbers of sessions and of resolutions that move with the year), changed, new or dropped.';
COMMENT ON COLUMN clause_links.score IS 'How alike the words are, from 0 to 1; null for new and dropped clauses.';
COMMENT ON COLUMN clause_links.words IS 'Of a correction that says it plainly: how the clause reads since. Null otherwise.';
COMMENT ON COLUMN clause_links.evidence IS 'Why they are linked, in words.';
COMMENT ON COLUMN clause_links.first_seen IS 'When it was first found (UTC).';

CREATE TABLE task_evidence (
    evidence_id VARCHAR PRIMARY KEY,
    task_key VARCHAR NOT NULL,
    occurrence INTEGER,
    says VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    clause_key VARCHAR,
    happened_on DATE,
    rule VARCHAR NOT NULL,
    words VARCHAR,
    note VARCHAR,
    known_at TIMESTAMPTZ NOT NULL,
    retracted_at TIMESTAMPTZ
);
COMMENT ON TABLE task_evidence IS 'What documents show of a task: that it was answered, renewed, superseded, withdrawn or corrected. Append-only, apart from retracted_at.';
COMMENT ON COLUMN task_evidence.evidence_id IS 'sha256 of the task, the occurrence, what is said, the document and the rule.';
COMMENT ON COLUMN task_evidence.task_key IS 'The task, as it was named when the evidence was found; key_aliases leads on.';
COMMENT ON COLUMN task_evidence.occurrence IS 'Which of the expected occurrences of the task it concerns (task_occurrences.number); null for the whole task.';
COMMENT ON COLUMN task_evidence.says IS 'answered, partly_answered, renewed, superseded, withdrawn or corrected.';
COMMENT ON COLUMN task_evidence.document_id IS 'The document that shows it: the report, the renewing resolution, the corrigendum.';
COMMENT ON COLUMN task_evidence.clause_key IS 'The clause of that document that shows it, where it is one clause.';
COMMENT ON COLUMN task_evidence.happened_on IS 'Day of that document; null when nobody states it.';
COMMENT ON COLUMN task_evidence.rule IS 'The rule that took it for evidence.';
COMMENT ON COLUMN task_evidence.words IS 'The words of that document on which the rule rests.';
COMMENT ON COLUMN task_evidence.note IS 'Why it is evidence, for people.';
COMMENT ON COLUMN task_evidence.known_at IS 'When it was recorded here (UTC).';
COMMENT ON COLUMN task_evidence.retracted_at IS 'When a better reading no longer found it (UTC); null while it holds.';

CREATE TABLE task_occurrences (
    occurrence_id VARCHAR PRIMARY KEY,
    task_key VARCHAR NOT NULL,
    number INTEGER NOT NULL,
    due_position INTEGER,
    due VARCHAR,
    due_start DATE,
    due_end DATE,
    due_basis VARCHAR NOT NULL,
    is_expected BOOLEAN NOT NULL,
    document_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE task_occurrences IS 'What a task asks for, one row each time: one for each deadline, one a year or session for what is asked for each year or session, one without days where there is no deadline.';
COMMENT ON COLUMN task_occurrences.occurrence_id IS 'sha256 of the task and the number.';
COMMENT ON COLUMN task_occurrences.task_key IS 'The task.';
COMMENT ON COLUMN task_occurrences.number IS 'Its place among the occurrences of the task, from 1, in the order of their days.';
COMMENT ON COLUMN task_occurrences.due_position IS 'The deadline of the task from which it comes; null where there is none.';
COMMENT ON COLUMN task_occurrences.due IS 'That deadline as written.';
COMMENT ON COLUMN task_occurrences.due_start IS 'First day of this occurrence; null where it stays open.';
COMMENT ON COLUMN task_occurrences.due_end IS 'Last day of this occurrence; null where it stays open.';
COMMENT ON COLUMN task_occurrences.due_basis IS 'Where the days come from: stated date, session calendar, inferred, decided, cadence (a later occurrence of a series) or none.';
COMMENT ON COLUMN task_occurrences.is_expected IS 'Whether it was worked out from the cadence of a series rather than written.';
COMMENT ON COLUMN task_occurrences.document_id IS 'The document that asks for it.';
COMMENT ON COLUMN task_occurrences.known_at IS 'When it was worked out (UTC).';

CREATE TABLE ledger_states (
    state_id VARCHAR PRIMARY KEY,
    task_key VARCHAR NOT NULL,
    occurrence INTEGER NOT NULL,
    state VARCHAR NOT NULL,
    since DATE,
    until DATE,
    rule VARCHAR NOT NULL,
    evidence_id VARCHAR,
    note VARCHAR,
    document_id VARCHAR NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE ledger_states IS 'The states of each occurrence of each task as spans of days, by what is known now. Worked out from task_occurrences, task_evidence and decisions, and replaced whenever one of them changes. The view ledger shows the state of today.';
COMMENT ON COLUMN ledger_states.state_id IS 'sha256 of the task, the occurrence and the first day.';
COMMENT ON COLUMN ledger_states.task_key IS 'The task.';
COMMENT ON COLUMN ledger_states.occurrence IS 'The occurrence, as task_occurrences numbers it.';
COMMENT ON COLUMN ledger_states.state IS 'open, due_soon, overdue, answered, partly_answered, renewed, superseded, withdrawn, corrected or unknown.';
COMMENT ON COLUMN ledger_states.since IS 'First day of this state; null where nobody states the day.';
COMMENT ON COLUMN ledger_states.until IS 'First day on which it no longer holds; null while nothing is known to end it.';
COMMENT ON COLUMN ledger_states.rule IS 'The rule that gave the state.';
COMMENT ON COLUMN ledger_states.evidence_id IS 'The evidence it rests on, in task_evidence; null for what the calendar alone decides.';
COMMENT ON COLUMN ledger_states.note IS 'Why, for people.';
COMMENT ON COLUMN ledger_states.document_id IS 'The document that asks for the task.';
COMMENT ON COLUMN ledger_states.known_at IS 'When it was worked out (UTC).';
