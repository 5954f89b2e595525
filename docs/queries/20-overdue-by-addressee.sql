-- Who has not delivered what was due? Overdue is only what a source would have shown; of the rest nobody can say, and the ledger's note says why.
SELECT coalesce(addressee_id, addressee, 'takes effect by itself') AS addressee,
    count(*) FILTER (state = 'overdue') AS overdue, count(*) FILTER (rule = 'not_watched') AS not_watched,
    count(*) FILTER (state = 'unknown' AND rule <> 'not_watched') AS undecided, min(due_end) AS oldest, max(-days_left) AS days_over,
    string_agg(coalesce(symbol, title) || coalesce(', ' || number, ''), '; ' ORDER BY due_end, symbol, number) AS requests
FROM ledger
WHERE due_end < current_date AND state IN ('overdue', 'unknown')
GROUP BY ALL
ORDER BY overdue DESC, not_watched DESC, undecided DESC, addressee;
