-- What did the sources show that is not recorded here, and why? What failed comes first.
SELECT source, state, title, reason, since, tries, next_try, url
FROM items_not_taken
ORDER BY CASE state WHEN 'failed' THEN 1 WHEN 'waiting' THEN 2 ELSE 3 END, since, source, title;
