-- Which resolutions are renewed from session to session? Each series with all its members, the longest first.
SELECT arg_max(title, step) AS title, any_value(body) AS body, count(*) AS resolutions,
    list(symbol || coalesce(' (session ' || session || ')', '') ORDER BY step) AS chain
FROM chains
GROUP BY chain_id
ORDER BY resolutions DESC, title;
