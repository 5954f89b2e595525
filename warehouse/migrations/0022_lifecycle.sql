-- Findings about what became of a mandate.

COMMENT ON COLUMN findings.kind IS 'new_document, new_mandate, changed_clause, draft_adopted, corrigendum, mandate_due, mandate_overdue, mandate_answered, mandate_renewed, mandate_dropped, item_unreadable, reading_incomplete, reading_corrected, alerts_held (corrections_held before), weekly_report, source_state or delivery_state.';
