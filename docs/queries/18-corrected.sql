-- Which clauses no longer read as printed, and because of which corrigenda?
SELECT symbol, number, corrected_by, is_plain, printed, quote, corrections
FROM clauses_today
WHERE corrected_by IS NOT NULL
ORDER BY symbol, number;
