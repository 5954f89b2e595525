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
COMMENT ON COLUMN clause_links.relation IS 'renews (the later document is the next resolution in the series), draft_of (it is the adopted text of the earlier one) or corrects (it is a corrigendum to the earlier one).';
COMMENT ON COLUMN clause_links.later_document IS 'The renewing resolution, the adopted text or the corrigendum.';
COMMENT ON COLUMN clause_links.later_clause IS 'clause_key in the later document; null where it dropped the clause, and for corrigenda, which have none.';
COMMENT ON COLUMN clause_links.earlier_document IS 'The renewed resolution, the draft or the corrected document.';
COMMENT ON COLUMN clause_links.earlier_clause IS 'clause_key in the earlier document; null where the clause is new.';
COMMENT ON COLUMN clause_links.change IS 'same (no word changed except dates and the numbers of sessions and resolutions, which change with the year), changed, new or dropped.';
COMMENT ON COLUMN clause_links.score IS 'How alike the words are, from 0 to 1; null for new and dropped clauses.';
COMMENT ON COLUMN clause_links.words IS 'How the clause reads now, where the corrigendum says so plainly; null otherwise.';
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
COMMENT ON TABLE task_evidence IS 'What documents show about a task: that it was answered, renewed, superseded, withdrawn or corrected. Append-only, apart from retracted_at.';
COMMENT ON COLUMN task_evidence.evidence_id IS 'sha256 of the task, the occurrence, what is said, the document, the rule and the day.';
COMMENT ON COLUMN task_evidence.task_key IS 'The task, as it was named when the evidence was found; key_aliases leads on.';
COMMENT ON COLUMN task_evidence.occurrence IS 'Which of the expected occurrences of the task it concerns (task_occurrences.number); null for the whole task.';
COMMENT ON COLUMN task_evidence.says IS 'answered, partly_answered, renewed, superseded, withdrawn, corrected, or unknown where a document concerns the task without settling what became of it.';
COMMENT ON COLUMN task_evidence.document_id IS 'The document that shows it: the report, the renewing resolution, the corrigendum.';
COMMENT ON COLUMN task_evidence.clause_key IS 'The clause of that document that shows it, where it is one clause.';
COMMENT ON COLUMN task_evidence.happened_on IS 'Day of that document; null where none is stated.';
COMMENT ON COLUMN task_evidence.rule IS 'The rule that took it as evidence.';
COMMENT ON COLUMN task_evidence.words IS 'The words of that document on which the rule rests.';
COMMENT ON COLUMN task_evidence.note IS 'Why it is evidence, in plain words.';
COMMENT ON COLUMN task_evidence.known_at IS 'When it was recorded here (UTC).';
COMMENT ON COLUMN task_evidence.retracted_at IS 'When a better reading no longer found it (UTC); null while it holds.';

-- One row a task, with its occurrences and their states nested: each key is a block of the index to be written, and a task
-- with ten expected occurrences has some thirty states.
CREATE TABLE ledger_tasks (
    task_key VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    occurrences STRUCT(number INTEGER, due_position INTEGER, due VARCHAR, due_start DATE, due_end DATE, due_basis VARCHAR, sense VARCHAR, is_expected BOOLEAN)[] NOT NULL,
    states STRUCT(occurrence INTEGER, state VARCHAR, since DATE, until DATE, rule VARCHAR, evidence_id VARCHAR, note VARCHAR)[] NOT NULL,
    known_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE ledger_tasks IS 'The account of each task as known now: what it asks for, one entry per occurrence, and the states of each. Worked out from mandates, task_evidence and decisions, and replaced whenever one of them changes it; for everything recorded earlier, worked out when a home is upgraded. task_occurrences and ledger_states show it row by row.';
COMMENT ON COLUMN ledger_tasks.task_key IS 'The task.';
COMMENT ON COLUMN ledger_tasks.document_id IS 'The document that asks for it.';
COMMENT ON COLUMN ledger_tasks.occurrences IS 'What it asks for, one entry per occurrence; see task_occurrences.';
COMMENT ON COLUMN ledger_tasks.states IS 'The states of each occurrence as spans of days; see ledger_states.';
COMMENT ON COLUMN ledger_tasks.known_at IS 'When the account became what it is (UTC).';

CREATE TABLE ledger_past (
    past_id VARCHAR PRIMARY KEY,
    task_key VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    occurrences STRUCT(number INTEGER, due_position INTEGER, due VARCHAR, due_start DATE, due_end DATE, due_basis VARCHAR, sense VARCHAR, is_expected BOOLEAN)[] NOT NULL,
    states STRUCT(occurrence INTEGER, state VARCHAR, since DATE, until DATE, rule VARCHAR, evidence_id VARCHAR, note VARCHAR)[] NOT NULL,
    known_at TIMESTAMPTZ NOT NULL,
    replaced_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE ledger_past IS 'Earlier accounts of tasks, so that the ledger can be queried as it was known at a given time. Append-only.';
COMMENT ON COLUMN ledger_past.past_id IS 'sha256 of the task and replaced_at.';
COMMENT ON COLUMN ledger_past.task_key IS 'The task, as it was named then.';
COMMENT ON COLUMN ledger_past.document_id IS 'The document that asks for it.';
COMMENT ON COLUMN ledger_past.occurrences IS 'As in ledger_tasks.';
COMMENT ON COLUMN ledger_past.states IS 'As in ledger_tasks.';
COMMENT ON COLUMN ledger_past.known_at IS 'From when this was the account (UTC).';
COMMENT ON COLUMN ledger_past.replaced_at IS 'When another account replaced it, or the task was no longer found (UTC).';

-- Whether the answer to a mandate would have been seen: what each source shows, and when it was polled without a gap.
CREATE TABLE source_kinds (
    source_kind_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    body VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    since TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE source_kinds IS 'Which kinds of documents of which bodies each source has shown.';
COMMENT ON COLUMN source_kinds.source_kind_id IS 'sha256 of source, body and kind.';
COMMENT ON COLUMN source_kinds.source_id IS 'The source.';
COMMENT ON COLUMN source_kinds.body IS 'The organ.';
COMMENT ON COLUMN source_kinds.kind IS 'Kind of document.';
COMMENT ON COLUMN source_kinds.since IS 'End of the first crawl that showed one (UTC).';

CREATE TABLE source_watch (
    watch_id VARCHAR PRIMARY KEY,
    source_id VARCHAR NOT NULL,
    since TIMESTAMPTZ NOT NULL,
    until TIMESTAMPTZ NOT NULL,
    crawls INTEGER NOT NULL,
    watched_until TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE source_watch IS 'Spans of time in which each source was crawled successfully and without a gap longer than a day and three times its usual interval.';
COMMENT ON COLUMN source_watch.watch_id IS 'sha256 of source and since.';
COMMENT ON COLUMN source_watch.source_id IS 'The source.';
COMMENT ON COLUMN source_watch.since IS 'First crawl of the span (UTC).';
COMMENT ON COLUMN source_watch.until IS 'Last crawl of the span so far (UTC).';
COMMENT ON COLUMN source_watch.crawls IS 'Successful crawls in the span.';
COMMENT ON COLUMN source_watch.watched_until IS 'Until when the source counts as watched: three times the usual interval after its last crawl, at least a day (UTC).';

-- What sources have shown so far. When they were asked is worked out by the program, ahead of 0022.
INSERT INTO source_kinds
SELECT sha256(concat_ws(chr(10), source_id, body, kind)), source_id, body, kind, min(sightings.first_seen)
FROM sightings JOIN documents USING (document_id) WHERE body IS NOT NULL GROUP BY source_id, body, kind;
