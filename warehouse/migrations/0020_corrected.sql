-- What corrigenda leave of the mandates and the deadlines that they correct.

CREATE VIEW corrected_mandates AS
SELECT
    asked.mandate_id, asked.task_key, asked.document_id, asked.symbol, asked.title, asked.body, clauses_today.number,
    clauses_today.quote, clauses_today.printed, clauses_today.corrected_by, clauses_today.corrections,
    clauses_today.is_plain, asked.type, asked.addressee, asked.due, asked.due_start, asked.due_end,
    CASE WHEN clauses_today.is_plain
        THEN asked.due IS NULL OR contains(clauses_today.quote, asked.due)
    END AS is_due_kept
FROM current_deadlines AS asked
JOIN mandates ON mandates.mandate_id = asked.mandate_id
JOIN clauses_today ON clauses_today.clause_id = mandates.clause_id
WHERE clauses_today.corrected_by IS NOT NULL;
COMMENT ON VIEW corrected_mandates IS 'The mandates whose clause was corrected, one row for each deadline: the words as corrected, by which corrigenda, and whether the deadline that was printed is still in them.';
COMMENT ON COLUMN corrected_mandates.mandate_id IS 'The mandate.';
COMMENT ON COLUMN corrected_mandates.task_key IS 'Its lasting name.';
COMMENT ON COLUMN corrected_mandates.document_id IS 'The document that was corrected.';
COMMENT ON COLUMN corrected_mandates.symbol IS 'Its symbol.';
COMMENT ON COLUMN corrected_mandates.title IS 'Its title.';
COMMENT ON COLUMN corrected_mandates.body IS 'The organ that adopted or issued it.';
COMMENT ON COLUMN corrected_mandates.number IS 'Number of the clause.';
COMMENT ON COLUMN corrected_mandates.quote IS 'The clause as it reads with the corrigenda, where they say so plainly; otherwise as printed.';
COMMENT ON COLUMN corrected_mandates.printed IS 'The clause as printed.';
COMMENT ON COLUMN corrected_mandates.corrected_by IS 'Symbols of the corrigenda, in order.';
COMMENT ON COLUMN corrected_mandates.corrections IS 'What each of them says about the clause.';
COMMENT ON COLUMN corrected_mandates.is_plain IS 'Whether every correction could be applied.';
COMMENT ON COLUMN corrected_mandates.type IS 'Type of the mandate.';
COMMENT ON COLUMN corrected_mandates.addressee IS 'Who has to act.';
COMMENT ON COLUMN corrected_mandates.due IS 'A deadline as printed; null where there is none.';
COMMENT ON COLUMN corrected_mandates.due_start IS 'First day of that deadline.';
COMMENT ON COLUMN corrected_mandates.due_end IS 'Last day of that deadline.';
COMMENT ON COLUMN corrected_mandates.is_due_kept IS 'Whether the corrected words still have that deadline; if not, another one holds, and a person should enter it. Null where the correction could not be applied.';
