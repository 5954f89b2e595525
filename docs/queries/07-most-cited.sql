-- Which documents are cited most, and which of them are not recorded here yet?
SELECT cited_symbol, cited_title, cited_document IS NOT NULL AS recorded, count(*) AS documents, sum(times) AS times
FROM citations_resolved
GROUP BY ALL
ORDER BY documents DESC, cited_symbol;
