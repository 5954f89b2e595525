-- Every deadline of every task: who owes what by when, and how sure are we of the day? Drafts are left out.
SELECT dues.due_end, dues.due, dues.sense, dues.basis, tasks.addressee, coalesce(tasks.deliverable, tasks.action) AS deliverable,
    coalesce(documents.symbol, documents.title) AS document, tasks.number, tasks.quote, tasks.task_key
FROM dues
JOIN tasks USING (task_key)
JOIN documents ON documents.document_id = tasks.document_id
WHERE coalesce(documents.stage, '') NOT IN ('preliminary_draft', 'draft')
ORDER BY dues.due_end NULLS LAST, document, tasks.number, dues.position;
