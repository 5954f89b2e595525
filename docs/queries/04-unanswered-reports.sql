-- Which reports were asked for and not seen, although the deadline has passed?
SELECT coalesce(symbol, title) AS document, published_on, addressee, deliverable, due, due_end,
    date_diff('day', due_end, current_date) AS days_over, quote
FROM reporting_requests
WHERE answered_by IS NULL AND due_end < current_date
ORDER BY due_end, document;
