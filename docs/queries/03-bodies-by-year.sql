-- Which body gave how many mandates in which year? One column a type.
PIVOT (SELECT body, year, type, mandates FROM mandates_by_body)
ON type USING coalesce(sum(mandates), 0)
GROUP BY body, year
ORDER BY body, year;
