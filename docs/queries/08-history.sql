-- All that happened to one document, from its first sighting on.
SELECT happened_at, what, detail
FROM document_history
WHERE symbol = (SELECT symbol FROM documents WHERE kind = 'resolution' ORDER BY published_on DESC, symbol LIMIT 1)
ORDER BY happened_at, what;
