-- What was asked for, not seen to be answered, and left out of the next resolution of the series?
SELECT dropped_by, dropped_on, last_symbol, dropped.number, first_symbol, dropped.since AS asked_since, times,
    ledger.state, ledger.due_end, ledger.note, ledger.type, ledger.addressee, ledger.quote
FROM dropped_clauses AS dropped JOIN tasks USING (clause_key) JOIN ledger USING (task_key)
WHERE ledger.state NOT IN ('answered', 'withdrawn')
ORDER BY dropped_on DESC, dropped_by, last_symbol, TRY_CAST(regexp_extract(dropped.number, '\d+') AS INTEGER), dropped.number;
