-- What does the next session of each body have before it: the items placed on its agenda, and what is due by it?
WITH coming AS (
    FROM current_sessions WHERE start_on > current_date
    QUALIFY row_number() OVER (PARTITION BY body ORDER BY start_on) = 1
), before_it AS (
    SELECT body, session AS number, 'on the agenda' AS what, item, symbol, title, quote FROM session_agendas
    UNION ALL
    SELECT coming.body, coming.number, 'due', coalesce(deliverable, action, replace(type, '_', ' ')), symbol, title, quote
    FROM ledger JOIN coming
        ON coming.body = split_part(ledger.body, '-', 1) AND ledger.due_end BETWEEN coming.start_on AND coming.end_on
    WHERE type <> 'agenda_placement' AND state IN ('open', 'due_soon', 'corrected', 'partly_answered')
)
SELECT coming.body, coming.number AS session, coming.start_on, coming.end_on, coming.is_expected, what, item,
    coalesce(symbol, title) AS document, quote
FROM coming JOIN before_it USING (body, number)
ORDER BY coming.start_on, coming.body, what DESC, item, document;
