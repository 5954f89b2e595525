-- What changed between the draft and the adopted text? Clauses of one that the other does not have, word for word.
WITH pairs AS (
    SELECT from_document AS draft, to_document AS adopted FROM relations
    WHERE relation = 'draft_of' AND to_document IS NOT NULL
), sides AS (
    SELECT pairs.*, 'only in the draft' AS side, draft AS holder, adopted AS other FROM pairs
    UNION ALL
    SELECT pairs.*, 'only in the adopted text', adopted, draft FROM pairs
)
SELECT documents.symbol, documents.title, side, clauses.number, clauses.display
FROM sides
JOIN documents ON documents.document_id = sides.adopted
JOIN clauses ON clauses.document_id = sides.holder
WHERE lower(clauses.display) NOT IN (SELECT lower(display) FROM clauses AS known WHERE known.document_id = sides.other)
ORDER BY documents.symbol, side DESC, clauses.position;
