-- What changed between the draft and the adopted text? Clauses of one that the other does not have, numbers aside.
WITH pairs AS (
    SELECT from_document AS draft, to_document AS adopted FROM relations
    WHERE relation = 'draft_of' AND from_document IS NOT NULL AND to_document IS NOT NULL
), sides AS (
    SELECT pairs.*, 'only in the draft' AS side, draft AS holder, adopted AS other FROM pairs
    UNION ALL
    SELECT pairs.*, 'only in the adopted text', adopted, draft FROM pairs
), worded AS (
    SELECT document_id, number, position, trim(regexp_replace(display, '^\W*\w{1,4}[.)]\s', '')) AS words
    FROM clauses SEMI JOIN current_versions USING (document_id, version_id)
)
SELECT coalesce(documents.symbol, documents.title) AS adopted, side, number, words
FROM sides
JOIN documents ON documents.document_id = sides.adopted
JOIN worded ON worded.document_id = sides.holder
WHERE lower(rtrim(words, '.;')) NOT IN (
    SELECT lower(rtrim(known.words, '.;')) FROM worded AS known WHERE known.document_id = sides.other
)
ORDER BY adopted, position, side DESC;
