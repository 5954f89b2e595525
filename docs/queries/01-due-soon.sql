-- What is due in the next 400 days, and how sure are we of the day?
SELECT due_end, days_left, due, due_sense, due_basis, addressee, coalesce(deliverable, action) AS deliverable, confidence,
    coalesce(symbol, title) AS document, quote, corrected_by
FROM open_mandates
WHERE days_left <= 400
ORDER BY due_end, document;
