-- What are others called on to do by a day that the text names (in English)? These are no mandates.
SELECT coalesce(symbol, title) AS document, clauses.number, addressee,
    regexp_extract(display, '\b(?:by|before|until|no later than) (?:the end of )?(?:[0-9]{1,2} )?(?:January|February|March|April|May|June|July|August|September|October|November|December|20[0-9]{2})\b(?: 20[0-9]{2})?') AS due,
    display
FROM clauses JOIN current_versions USING (document_id, version_id) JOIN documents USING (document_id)
WHERE type = 'exhortation' AND due <> ''
ORDER BY document, clauses.position;
