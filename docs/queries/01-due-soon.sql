-- What is due in the next 400 days, and how sure are we of the day?
SELECT due_end, days_left, due, due_basis, addressee, coalesce(symbol, title) AS document, quote, corrected_by
FROM open_mandates
WHERE days_left <= 400
ORDER BY due_end, document;
