-- Which mandates are renewed from session to session? Each chain from its newest member back.
WITH RECURSIVE chain AS (
    SELECT document_id AS newest, document_id, 0 AS back FROM documents
    WHERE document_id IN (SELECT from_document FROM relations WHERE relation = 'renews')
        AND document_id NOT IN (SELECT to_document FROM relations WHERE relation = 'renews' AND to_document IS NOT NULL)
    UNION ALL
    SELECT chain.newest, relations.to_document, chain.back + 1
    FROM chain JOIN relations ON relations.from_document = chain.document_id
        AND relations.relation = 'renews' AND relations.to_document IS NOT NULL
    WHERE chain.back < 50
)
SELECT any_value(documents.title) AS title, count(*) AS sessions,
    list(documents.symbol || ' (session ' || documents.session || ')' ORDER BY back) AS chain
FROM chain JOIN documents USING (document_id)
GROUP BY newest
ORDER BY sessions DESC, title;
