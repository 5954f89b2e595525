-- What became of each mandate of one session? Here the session with the most mandates: put your own in its place.
WITH chosen AS (
    SELECT body, session FROM ledger WHERE session IS NOT NULL GROUP BY ALL ORDER BY count(*) DESC, body, session LIMIT 1
)
SELECT coalesce(symbol, title) AS document, number, type, coalesce(addressee, 'takes effect by itself') AS addressee, due, due_end,
    state, since, coalesce(evidence_symbol, evidence_title) AS evidence, note, quote
FROM ledger SEMI JOIN chosen USING (body, session)
ORDER BY document, TRY_CAST(regexp_extract(number, '\d+') AS INTEGER), number, occurrence;
