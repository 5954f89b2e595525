-- Which mandates did the next resolution of the series leave out, and how long had they been there?
SELECT dropped_by, dropped_on, last_symbol, number, addressee, since, times, quote
FROM dropped_clauses
WHERE is_mandate
ORDER BY dropped_on DESC NULLS LAST, last_symbol, number;
