-- What should somebody look at, the least sure first, and why? `mandates review` writes a file to decide in.
SELECT confidence, what, reason, coalesce(symbol, title) AS document, number, page, quote, type, addressee, due, url
FROM to_review
ORDER BY confidence, document, number;
