-- How many days pass from a request to its answer, by body and year of the request, and how many of those due were answered?
SELECT body, year(published_on) AS year, type, count(*) AS due_or_answered,
    count(*) FILTER (state = 'answered') AS answered, count(*) FILTER (state = 'partly_answered') AS partly,
    median(date_diff('day', published_on, answered_on)) FILTER (answered_by IS NOT NULL) AS median_days,
    max(date_diff('day', published_on, answered_on)) FILTER (answered_by IS NOT NULL) AS longest_days,
    count(*) FILTER (answered_by IS NOT NULL AND answered_on > due_end) AS late
FROM ledger
-- As a rule, no publication shows whether other mandates were carried out.
WHERE answered_by IS NOT NULL OR (due_end < current_date AND type IN (SELECT type FROM answer_kinds))
GROUP BY ALL
ORDER BY body, year, type;
