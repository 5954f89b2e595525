-- What changed between the draft and the adopted text, clause by clause?
SELECT adopted_symbol AS adopted, draft_symbol AS draft, change, coalesce(adopted_number, draft_number) AS number,
    draft_quote, adopted_quote
FROM adoption_changes
ORDER BY adopted, draft, try_cast(regexp_extract(number, '\d+') AS INTEGER), change;
