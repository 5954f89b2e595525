-- What comes onto which agenda, session by session?
SELECT body, due, due_start, list(coalesce(agenda_title, agenda_item, title) ORDER BY symbol) AS items
FROM agenda_placements
GROUP BY body, due, due_start
ORDER BY due_start NULLS LAST, body;
