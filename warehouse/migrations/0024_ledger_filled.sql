-- The ledger of what was recorded before there was one: worked out by the program ahead of this file, in short transactions, so that an
-- upgrade that is ended begins where it stopped. Nobody is notified of any of it.
COMMENT ON TABLE ledger_tasks IS 'The account of each task as known now: what it asks for, one entry per occurrence, and the states of each. Worked out from mandates, task_evidence and decisions, and replaced whenever one of them changes it; for everything recorded earlier, worked out when a home is upgraded. task_occurrences and ledger_states show it row by row.';
COMMENT ON COLUMN relations.relation IS 'version_of, draft_of, amends, corrects, adds_to, replaces, near_duplicate, answers, renews or discontinues (a clause ends what the other document asked for).';
