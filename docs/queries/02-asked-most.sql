-- Who is asked most, and for what?
SELECT addressee_id, count(*) AS mandates, count(DISTINCT document_id) AS documents,
    histogram(type) AS types
FROM current_mandates
WHERE addressee_id IS NOT NULL
GROUP BY addressee_id
ORDER BY mandates DESC, addressee_id;
