-- What was known of a task under a former name is known of the task that it has become.
COMMENT ON COLUMN task_evidence.evidence_id IS 'sha256 of the task, the occurrence, what is said, the document, the rule and the day.';

CREATE OR REPLACE MACRO ledger_accounts(known) AS TABLE
SELECT task_key, document_id, occurrences, states, known_at FROM ledger_tasks WHERE known_at <= known
UNION ALL
-- Several former tasks may have become one: of those the account that was worked out last is shown.
SELECT coalesce(key_aliases.new, past.task_key), past.document_id, past.occurrences, past.states, past.known_at
FROM ledger_past AS past LEFT JOIN key_aliases ON key_aliases.old = past.task_key
WHERE past.known_at <= known AND past.replaced_at > known
QUALIFY row_number() OVER (PARTITION BY coalesce(key_aliases.new, past.task_key) ORDER BY past.known_at DESC, past.past_id) = 1;
COMMENT ON MACRO TABLE ledger_accounts IS 'The account of each task, by the name that it has today, as it was known at a time.';
