-- How did the words of one clause change? The clause that was adopted most often, step by step; change the condition to see another.
WITH longest AS (
    SELECT first_clause FROM clause_life GROUP BY first_clause ORDER BY count(*) DESC, first_clause LIMIT 1
)
SELECT step, symbol, published_on, change, round(score, 2) AS alike, number, quote
FROM clause_life
WHERE first_clause = (FROM longest)
ORDER BY step;
