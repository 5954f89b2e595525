-- Which reports and meetings have gone unanswered at least the last two times? A request that is renewed, or asked for each session, counts as one.
WITH named AS (
    SELECT task_key, coalesce(life.first_clause, tasks.clause_key) AS request
    FROM tasks LEFT JOIN (SELECT DISTINCT clause_key, first_clause FROM clause_life) AS life USING (clause_key)
), times AS (
    SELECT request, ledger.*, coalesce(due_end, published_on) AS day,
        answered_by IS NULL AND (state IN ('renewed', 'superseded', 'overdue') OR due_end < current_date) AS is_unanswered,
        max(CASE WHEN answered_by IS NOT NULL THEN coalesce(due_end, published_on) END) OVER (PARTITION BY request) AS last_answered
    FROM ledger JOIN named USING (task_key)
    WHERE type IN ('reporting_request', 'convening') AND state <> 'withdrawn'
)
SELECT count(*) AS unanswered, min(published_on) AS asked_first, max(due_end) AS last_due, last_answered,
    bool_or(rule = 'not_watched') AS partly_unwatched, arg_max(addressee, day) AS addressee,
    string_agg(DISTINCT coalesce(symbol, title), '; ' ORDER BY coalesce(symbol, title)) AS documents, arg_max(quote, day) AS quote
FROM times
WHERE is_unanswered AND (last_answered IS NULL OR day > last_answered)
GROUP BY request, type, last_answered
HAVING unanswered >= 2
ORDER BY unanswered DESC, asked_first, documents;
