-- The ledger of what was recorded before there was one: worked out by the program ahead of this file, in short transactions, so that an
-- upgrade that is ended begins where it stopped. Nobody is notified of any of it.

-- What it adds to tables that were there.
COMMENT ON COLUMN relations.relation IS 'version_of, draft_of, amends, corrects, adds_to, replaces, near_duplicate, answers, renews or discontinues (a clause ends what the other document asked for).';
COMMENT ON COLUMN findings.kind IS 'new_document, new_mandate, changed_clause, draft_adopted, corrigendum, mandate_due, mandate_overdue, mandate_answered, mandate_renewed, mandate_dropped, item_unreadable, reading_incomplete, reading_corrected, alerts_held (corrections_held before), weekly_report, source_state or delivery_state.';
