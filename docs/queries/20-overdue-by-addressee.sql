-- Who has not delivered what was due? A request is overdue only where a source would have shown the answer; for the rest, the ledger's note says why nobody can tell.
SELECT coalesce(addressee_id, addressee, 'takes effect by itself') AS addressee,
    count(*) FILTER (state = 'overdue') AS overdue, count(*) FILTER (rule = 'not_watched') AS not_watched,
    count(*) FILTER (state = 'unknown' AND rule <> 'not_watched') AS undecided, min(due_end) AS oldest, max(-days_left) AS days_over,
    string_agg(coalesce(symbol, title) || coalesce(', ' || number, ''), '; ' ORDER BY due_end, symbol, number) AS requests
FROM ledger
WHERE due_end < current_date AND state IN ('overdue', 'unknown')
GROUP BY ALL
ORDER BY overdue DESC, not_watched DESC, undecided DESC, addressee;
