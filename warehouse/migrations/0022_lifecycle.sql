-- Findings about what became of a mandate; since when a home has a ledger to find them in.

CREATE TABLE ledger_begun (
    begun_at TIMESTAMPTZ PRIMARY KEY
);
COMMENT ON TABLE ledger_begun IS 'When the ledger was first worked out for all that had been recorded; no row before that.';
COMMENT ON COLUMN ledger_begun.begun_at IS 'When (UTC).';
-- A new home has nothing to work out.
INSERT INTO ledger_begun SELECT now() WHERE NOT EXISTS (FROM mandates);

COMMENT ON COLUMN findings.kind IS 'new_document, new_mandate, changed_clause, draft_adopted, corrigendum, mandate_due, mandate_overdue, mandate_answered, mandate_renewed, mandate_dropped, item_unreadable, reading_incomplete, reading_corrected, alerts_held (corrections_held before), weekly_report, source_state or delivery_state.';
