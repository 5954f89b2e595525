-- What becomes of a task: that somebody takes care of it, or that nobody wants to hear of it, is a decision like others, and says
-- nothing about how it is read.

COMMENT ON COLUMN decisions.field IS 'Field of the task: is_mandate, type, addressee, addressee_id, due_start, due_end, deliverable, state, seen (somebody takes care of it), muted (no messages about it) or note; reviewed where the reading was confirmed.';
COMMENT ON COLUMN current_mandates.decided IS 'The fields that a person decided: reviewed among them where the reading was confirmed, seen where somebody takes care of it, muted where nobody is notified of it any more; null where nobody did.';
COMMENT ON COLUMN current_deadlines.decided IS 'The fields that a person decided: reviewed among them where the reading was confirmed, seen where somebody takes care of it, muted where nobody is notified of it any more; null where nobody did.';
COMMENT ON COLUMN open_mandates.decided IS 'The fields that a person decided: reviewed among them where the reading was confirmed, seen where somebody takes care of it, muted where nobody is notified of it any more; null where nobody did.';

DROP VIEW to_review;

CREATE VIEW to_review AS
SELECT
    waiting.what, waiting.confidence, waiting.reason, documents.symbol, documents.title, waiting.number, waiting.page, waiting.quote,
    waiting.is_mandate, waiting.type, waiting.addressee, waiting.due, waiting.due_start, waiting.due_end, waiting.deliverable, waiting.before,
    waiting.field, waiting.value, waiting.sources, documents.url, waiting.document_id, waiting.key
FROM (
    SELECT
        'text' AS what, CASE WHEN readings.reading = 'none' THEN 0.0 ELSE 0.5 END AS confidence, array_to_string(readings.reasons, '; ') AS reason,
        NULL AS number, NULL AS page, NULL AS quote, NULL AS is_mandate, NULL AS type, NULL AS addressee, NULL AS due,
        NULL::DATE AS due_start, NULL::DATE AS due_end, NULL AS deliverable, NULL AS before, NULL AS field, NULL AS value,
        versions.document_id, versions.document_id AS key, shown.sources
    FROM readings
    JOIN versions USING (version_id)
    SEMI JOIN current_versions USING (document_id, version_id)
    JOIN documents ON documents.document_id = versions.document_id
    LEFT JOIN (SELECT document_id, list_sort(list(source_id)) AS sources FROM sightings GROUP BY document_id) AS shown
        ON shown.document_id = versions.document_id
    WHERE readings.reading IN ('none', 'partial') AND documents.kind IN ('resolution', 'decision', 'statement')
        -- A confirmation is of the text that was shown then, however it is read since.
        AND NOT EXISTS (
            FROM current_decisions AS seen
            WHERE seen.task_key = versions.document_id AND seen.value IS NOT NULL AND seen."at" >= versions.first_seen
        )
    UNION ALL
    SELECT
        'clause', clauses.confidence, array_to_string(clauses.review, '; '), clauses.number, clauses.page,
        coalesce(mandates.quote, clauses.display), clauses.is_mandate, coalesce(mandates.type, clauses.type),
        CASE WHEN mandates.mandate_id IS NULL THEN clauses.addressee ELSE mandates.addressee END, mandates.due, mandates.due_start, mandates.due_end,
        mandates.deliverable, NULL, NULL, NULL, clauses.document_id, coalesce(mandates.task_key, clauses.clause_key), NULL
    FROM clauses
    SEMI JOIN current_versions USING (document_id, version_id)
    LEFT JOIN mandates USING (clause_id)
    WHERE len(clauses.review) > 0 AND NOT EXISTS (
        FROM current_decisions AS seen
        WHERE seen.task_key = coalesce(mandates.task_key, clauses.clause_key) AND seen.value IS NOT NULL AND seen.field NOT IN ('state', 'seen', 'muted', 'note')
    )
    UNION ALL
    SELECT
        'decision', 0.2, format('{}: {} = {} ({})', reviews.reason, reviews.field, reviews.value, reviews.who), NULL, NULL, reviews.quote_now, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, reviews.quote, reviews.field, reviews.value, current_decisions.document_id, reviews.task_key, NULL
    FROM reviews JOIN current_decisions USING (task_key, field)
    WHERE reviews.field <> 'reviewed'
) AS waiting
LEFT JOIN documents ON documents.document_id = waiting.document_id;
COMMENT ON VIEW to_review IS 'What somebody should look at: texts of which nothing or only part could be read, clauses whose reading is not sure, decisions whose task is gone or has other words. A decision settles it (`mandates review`). Order it by confidence.';
COMMENT ON COLUMN to_review.what IS 'text, clause or decision.';
COMMENT ON COLUMN to_review.confidence IS 'How sure the reading is, 0 to 1: 0 where nothing could be read, .5 where only part could.';
COMMENT ON COLUMN to_review.reason IS 'Why somebody should look.';
COMMENT ON COLUMN to_review.symbol IS 'Symbol of the document.';
COMMENT ON COLUMN to_review.title IS 'Its title.';
COMMENT ON COLUMN to_review.number IS 'The clause''s number as printed.';
COMMENT ON COLUMN to_review.page IS 'Page of the clause, from 1.';
COMMENT ON COLUMN to_review.quote IS 'The words, as they are read today.';
COMMENT ON COLUMN to_review.is_mandate IS 'Whether the clause was read as a mandate.';
COMMENT ON COLUMN to_review.type IS 'The type as read.';
COMMENT ON COLUMN to_review.addressee IS 'The addressee as read.';
COMMENT ON COLUMN to_review.due IS 'The deadline as read.';
COMMENT ON COLUMN to_review.due_start IS 'First day of the deadline.';
COMMENT ON COLUMN to_review.due_end IS 'Last day of the deadline.';
COMMENT ON COLUMN to_review.deliverable IS 'What is to be delivered.';
COMMENT ON COLUMN to_review.before IS 'Of a decision: the words that were decided upon.';
COMMENT ON COLUMN to_review.field IS 'Of a decision: the field that was decided.';
COMMENT ON COLUMN to_review.value IS 'Of a decision: the value.';
COMMENT ON COLUMN to_review.sources IS 'Of a text: the sources that showed it.';
COMMENT ON COLUMN to_review.url IS 'Where to read the document.';
COMMENT ON COLUMN to_review.document_id IS 'The document.';
COMMENT ON COLUMN to_review.key IS 'What a decision names: task_key, clause_key or document_id.';
