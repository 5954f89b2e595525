-- Which requests have been repeated the longest? Since when, how often, and in how many wordings.
SELECT first_symbol, since, arg_max(symbol, step) AS latest, count(*) AS times,
    count(*) FILTER (change = 'changed') AS changes, arg_max(quote, step) AS words
FROM clause_life
WHERE change <> 'dropped' AND is_mandate AND NOT is_over
GROUP BY first_clause, first_symbol, since
HAVING count(*) > 1
ORDER BY since, times DESC, words;
