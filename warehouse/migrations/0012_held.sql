-- Whatever is held has one kind of message to operators, and says why; once a week they hear how things are.

COMMENT ON COLUMN findings.kind IS 'new_document, new_mandate, changed_clause, draft_adopted, corrigendum, mandate_due, mandate_answered, item_unreadable, reading_incomplete, reading_corrected, alerts_held (corrections_held before), weekly_report, source_state or delivery_state.';
COMMENT ON COLUMN deliveries.reported IS 'Whether the operators were told that it died, or is held in doubt or for their approval.';
