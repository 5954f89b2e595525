-- Resolutions that renew each other: what each of them is compared by, and the chains and lives of clauses that follow.

CREATE TABLE acts (
    document_id VARCHAR PRIMARY KEY,
    version_id VARCHAR,
    symbol VARCHAR,
    symbol_key UBIGINT,
    organ VARCHAR NOT NULL,
    language VARCHAR,
    stage VARCHAR NOT NULL,
    session INTEGER,
    "day" DATE,
    title VARCHAR NOT NULL,
    matter_key UBIGINT,
    subject VARCHAR,
    recalls UBIGINT[] NOT NULL,
    runs BLOB NOT NULL,
    clauses VARCHAR[] NOT NULL,
    renews VARCHAR
);
COMMENT ON TABLE acts IS 'Resolutions, decisions and their drafts, with what is used to find their successors: one row per document, worked out from its newest text.';
COMMENT ON COLUMN acts.document_id IS 'The document.';
COMMENT ON COLUMN acts.version_id IS 'The text it was worked out from; null where the document has none.';
COMMENT ON COLUMN acts.symbol IS 'The document''s symbol.';
COMMENT ON COLUMN acts.symbol_key IS 'Hash of the symbol, as in documents.';
COMMENT ON COLUMN acts.organ IS 'The body without its committee: UNGA of UNGA-C3.';
COMMENT ON COLUMN acts.language IS 'Language of the document.';
COMMENT ON COLUMN acts.stage IS 'preliminary_draft, draft, adopted or official_record.';
COMMENT ON COLUMN acts.session IS 'Ordinal of the session.';
COMMENT ON COLUMN acts."day" IS 'Day of adoption or issue.';
COMMENT ON COLUMN acts.title IS 'The document''s title.';
COMMENT ON COLUMN acts.matter_key IS 'Hash of the words of the title that say what it is about, for joins; null where it has no such words, as in "Resolution 2143 (2014)".';
COMMENT ON COLUMN acts.subject IS 'The abbreviation that the text uses most, where it uses one often: the mission it is about.';
COMMENT ON COLUMN acts.recalls IS 'Hashes of the symbols that its preamble names.';
COMMENT ON COLUMN acts.runs IS 'Hashes of its runs of five words, four bytes each, sorted; for a long text, one in eight.';
COMMENT ON COLUMN acts.clauses IS 'clause_id of its clauses, in order.';
COMMENT ON COLUMN acts.renews IS 'document_id of the resolution that it renews; null where none is known.';

CREATE TABLE recalls (
    symbol_key UBIGINT,
    document_id VARCHAR,
    PRIMARY KEY (symbol_key, document_id)
);
COMMENT ON TABLE recalls IS 'acts.recalls in reverse: which acts name a symbol in their preamble.';
COMMENT ON COLUMN recalls.symbol_key IS 'Hash of the symbol.';
COMMENT ON COLUMN recalls.document_id IS 'The act that names it.';

CREATE TABLE title_keys (
    title_key UBIGINT,
    document_id VARCHAR,
    PRIMARY KEY (title_key, document_id)
);
COMMENT ON TABLE title_keys IS 'Keys by which acts with partly the same title are found.';
COMMENT ON COLUMN title_keys.title_key IS 'Hash of three consecutive words of the title, or of the subject where the title says nothing.';
COMMENT ON COLUMN title_keys.document_id IS 'The act.';

-- What was compared with a part only of what is like it, because there was too much.

CREATE TABLE comparisons_cut (
    cut_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    what VARCHAR NOT NULL,
    other_document VARCHAR,
    compared INTEGER NOT NULL,
    left_out INTEGER NOT NULL,
    noted_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE comparisons_cut IS 'Documents of which not everything was compared, because there was too much that is alike. A link that is missing for such a document may be missing for that reason.';
COMMENT ON COLUMN comparisons_cut.cut_id IS 'sha256 of document, what and other document.';
COMMENT ON COLUMN comparisons_cut.document_id IS 'The document that was compared; for clauses, the later one of the two.';
COMMENT ON COLUMN comparisons_cut.what IS 'texts (with texts that are nearly the same, to find copies and drafts), series (with resolutions of nearly the same title, to find the one that it renews), drafts (with drafts of the same title), or clauses (those of two related documents, to find which follows which).';
COMMENT ON COLUMN comparisons_cut.other_document IS 'The earlier document, where clauses were compared; null otherwise.';
COMMENT ON COLUMN comparisons_cut.compared IS 'How many texts, resolutions, drafts or clauses were compared.';
COMMENT ON COLUMN comparisons_cut.left_out IS 'How many more there were, at least.';
COMMENT ON COLUMN comparisons_cut.noted_at IS 'When (UTC).';

CREATE VIEW chains AS
WITH RECURSIVE steps AS (
    SELECT DISTINCT from_document AS later, to_document AS earlier
    FROM relations WHERE relation = 'renews' AND from_document IS NOT NULL AND to_document IS NOT NULL
), chain AS (
    SELECT DISTINCT earlier AS chain_id, 1 AS step, earlier AS document_id, NULL::VARCHAR AS renews
    FROM steps WHERE earlier NOT IN (SELECT later FROM steps)
    UNION
    SELECT chain.chain_id, chain.step + 1, steps.later, steps.earlier
    FROM chain JOIN steps ON steps.earlier = chain.document_id WHERE chain.step < 200
)
SELECT
    chain.chain_id, chain.step, documents.document_id, documents.symbol, documents.title, documents.body,
    documents.session, documents.published_on, documents.url, renewed.symbol AS renews
FROM chain JOIN documents USING (document_id) LEFT JOIN documents AS renewed ON renewed.document_id = chain.renews;
COMMENT ON VIEW chains IS 'Resolutions that renew each other, one row per resolution, in order.';
COMMENT ON COLUMN chains.chain_id IS 'document_id of the first resolution of the chain that is recorded here.';
COMMENT ON COLUMN chains.step IS 'Its place in the chain, from 1. Two resolutions that renew the same one have the same step.';
COMMENT ON COLUMN chains.document_id IS 'The resolution.';
COMMENT ON COLUMN chains.symbol IS 'Its symbol.';
COMMENT ON COLUMN chains.title IS 'Its title.';
COMMENT ON COLUMN chains.body IS 'The organ that adopted it.';
COMMENT ON COLUMN chains.session IS 'Ordinal of the session.';
COMMENT ON COLUMN chains.published_on IS 'Day of adoption.';
COMMENT ON COLUMN chains.url IS 'Its address.';
COMMENT ON COLUMN chains.renews IS 'Symbol of the one it renews; null for the first.';

CREATE VIEW clause_life AS
WITH RECURSIVE kept AS (
    SELECT later_document, later_clause, earlier_document, earlier_clause, change, score
    FROM clause_links WHERE relation = 'renews' AND earlier_clause IS NOT NULL
), life AS (
    SELECT DISTINCT earlier_clause AS first_clause, 1 AS step, earlier_document AS document_id,
        earlier_clause AS clause_key, 'first' AS change, NULL::DOUBLE AS score
    FROM kept WHERE earlier_clause NOT IN (SELECT later_clause FROM kept WHERE later_clause IS NOT NULL)
    UNION
    SELECT life.first_clause, life.step + 1, kept.later_document, kept.later_clause, kept.change, kept.score
    FROM life JOIN kept ON kept.earlier_clause = life.clause_key WHERE life.step < 200
), worded AS (
    SELECT clauses.document_id, clauses.clause_key, any_value(clauses.number) AS number,
        any_value(clauses.display) AS quote, bool_or(clauses.is_mandate) AS is_mandate, any_value(clauses.type) AS type,
        any_value(clauses.addressee) AS addressee
    FROM clauses SEMI JOIN current_versions USING (document_id, version_id)
    GROUP BY clauses.document_id, clauses.clause_key
)
SELECT
    life.first_clause, life.step, life.change, life.score, documents.document_id, documents.symbol, documents.session,
    documents.published_on, documents.title, life.clause_key, worded.number, worded.quote, worded.is_mandate,
    worded.type, worded.addressee, first_value(documents.symbol) OVER whole AS first_symbol,
    first_value(documents.published_on) OVER whole AS since, last_value(life.change) OVER whole = 'dropped' AS is_over
FROM life JOIN documents USING (document_id)
LEFT JOIN worded ON worded.document_id = life.document_id AND worded.clause_key = life.clause_key
WINDOW whole AS (
    PARTITION BY life.first_clause ORDER BY life.step, documents.document_id
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
);
COMMENT ON VIEW clause_life IS 'How long a clause has been adopted again and again, and how its words changed: one row per clause and resolution. Clauses of resolutions that no recorded resolution renews are left out.';
COMMENT ON COLUMN clause_life.first_clause IS 'clause_key of the clause with which it began: the same in all rows of one life.';
COMMENT ON COLUMN clause_life.step IS 'How many times it had been adopted by then, from 1.';
COMMENT ON COLUMN clause_life.change IS 'first, same, changed, or dropped: this resolution leaves it out.';
COMMENT ON COLUMN clause_life.score IS 'How similar its words are to those of the step before, from 0 to 1.';
COMMENT ON COLUMN clause_life.document_id IS 'The resolution of this step.';
COMMENT ON COLUMN clause_life.symbol IS 'Its symbol.';
COMMENT ON COLUMN clause_life.session IS 'Ordinal of its session.';
COMMENT ON COLUMN clause_life.published_on IS 'Day of its adoption.';
COMMENT ON COLUMN clause_life.title IS 'Its title.';
COMMENT ON COLUMN clause_life.clause_key IS 'The clause in this resolution; null where it was dropped.';
COMMENT ON COLUMN clause_life.number IS 'Its printed number.';
COMMENT ON COLUMN clause_life.quote IS 'Its words; null where it was dropped.';
COMMENT ON COLUMN clause_life.is_mandate IS 'Whether it carries a mandate.';
COMMENT ON COLUMN clause_life.type IS 'Type of its strongest mandate, else exhortation or statement.';
COMMENT ON COLUMN clause_life.addressee IS 'To whom it is addressed.';
COMMENT ON COLUMN clause_life.first_symbol IS 'Symbol of the resolution with which it began, as far as is recorded here.';
COMMENT ON COLUMN clause_life.since IS 'Day on which that was adopted.';
COMMENT ON COLUMN clause_life.is_over IS 'Whether it was dropped in the end.';

CREATE VIEW dropped_clauses AS
WITH ended AS (SELECT * FROM clause_life WHERE change = 'dropped')
SELECT
    ended.symbol AS dropped_by, ended.published_on AS dropped_on, ended.document_id AS dropped_by_document,
    former.symbol AS last_symbol, former.number, former.quote, former.is_mandate, former.type, former.addressee,
    former.clause_key, ended.first_symbol, ended.since, former.step AS times
FROM ended JOIN clause_life AS former ON former.first_clause = ended.first_clause AND former.step = ended.step - 1
    AND former.change <> 'dropped'
SEMI JOIN clause_links ON clause_links.later_document = ended.document_id
    AND clause_links.earlier_clause = former.clause_key AND clause_links.change = 'dropped';
COMMENT ON VIEW dropped_clauses IS 'Clauses that the next resolution of their series leaves out. This does not say whether what they ask for was done.';
COMMENT ON COLUMN dropped_clauses.dropped_by IS 'Symbol of the resolution that leaves the clause out.';
COMMENT ON COLUMN dropped_clauses.dropped_on IS 'Day of its adoption.';
COMMENT ON COLUMN dropped_clauses.dropped_by_document IS 'That resolution.';
COMMENT ON COLUMN dropped_clauses.last_symbol IS 'Symbol of the last resolution that has the clause.';
COMMENT ON COLUMN dropped_clauses.number IS 'Its number there.';
COMMENT ON COLUMN dropped_clauses.quote IS 'Its words there.';
COMMENT ON COLUMN dropped_clauses.is_mandate IS 'Whether it carries a mandate.';
COMMENT ON COLUMN dropped_clauses.type IS 'Type of its strongest mandate, else exhortation or statement.';
COMMENT ON COLUMN dropped_clauses.addressee IS 'To whom it is addressed.';
COMMENT ON COLUMN dropped_clauses.clause_key IS 'The clause.';
COMMENT ON COLUMN dropped_clauses.first_symbol IS 'Symbol of the resolution with which it began.';
COMMENT ON COLUMN dropped_clauses.since IS 'Day on which that was adopted.';
COMMENT ON COLUMN dropped_clauses.times IS 'How often it was adopted.';

CREATE VIEW adoption_changes AS
WITH worded AS (
    SELECT clauses.document_id, clauses.clause_key, any_value(clauses.number) AS number,
        any_value(clauses.display) AS quote
    FROM clauses SEMI JOIN current_versions USING (document_id, version_id)
    GROUP BY clauses.document_id, clauses.clause_key
)
SELECT
    drafted.document_id AS draft_document, drafted.symbol AS draft_symbol, adopted.document_id AS adopted_document,
    adopted.symbol AS adopted_symbol, adopted.title, adopted.published_on AS adopted_on, clause_links.change,
    clause_links.score, old.number AS draft_number, old.quote AS draft_quote, now.number AS adopted_number,
    now.quote AS adopted_quote
FROM clause_links
JOIN documents AS drafted ON drafted.document_id = clause_links.earlier_document
JOIN documents AS adopted ON adopted.document_id = clause_links.later_document
LEFT JOIN worded AS old ON old.document_id = earlier_document AND old.clause_key = earlier_clause
LEFT JOIN worded AS now ON now.document_id = later_document AND now.clause_key = later_clause
WHERE clause_links.relation = 'draft_of' AND clause_links.change <> 'same';
COMMENT ON VIEW adoption_changes IS 'What changed between a draft and the text that was adopted, clause by clause; clauses that stayed the same are left out.';
COMMENT ON COLUMN adoption_changes.draft_document IS 'The draft.';
COMMENT ON COLUMN adoption_changes.draft_symbol IS 'Its symbol.';
COMMENT ON COLUMN adoption_changes.adopted_document IS 'The adopted text.';
COMMENT ON COLUMN adoption_changes.adopted_symbol IS 'Its symbol.';
COMMENT ON COLUMN adoption_changes.title IS 'Its title.';
COMMENT ON COLUMN adoption_changes.adopted_on IS 'Day of adoption.';
COMMENT ON COLUMN adoption_changes.change IS 'changed, new or dropped.';
COMMENT ON COLUMN adoption_changes.score IS 'How alike the words are, from 0 to 1; null for new and dropped clauses.';
COMMENT ON COLUMN adoption_changes.draft_number IS 'Number of the clause in the draft; null where it is new.';
COMMENT ON COLUMN adoption_changes.draft_quote IS 'Its words in the draft.';
COMMENT ON COLUMN adoption_changes.adopted_number IS 'Number in the adopted text; null where it was dropped.';
COMMENT ON COLUMN adoption_changes.adopted_quote IS 'Its words in the adopted text.';

CREATE VIEW clauses_today AS
WITH corrected AS (
    SELECT
        clause_links.earlier_document AS document_id, clause_links.earlier_clause AS clause_key,
        arg_max(clause_links.words, (corrigendum.published_on, corrigendum.symbol, corrigendum.document_id))
            FILTER (clause_links.words IS NOT NULL) AS words,
        list(coalesce(corrigendum.symbol, corrigendum.title)
            ORDER BY corrigendum.published_on, corrigendum.symbol, corrigendum.document_id) AS corrected_by,
        list(clause_links.evidence ORDER BY corrigendum.published_on, corrigendum.symbol, corrigendum.document_id)
            AS corrections,
        bool_and(clause_links.words IS NOT NULL) AS is_plain
    FROM clause_links JOIN documents AS corrigendum ON corrigendum.document_id = clause_links.later_document
    WHERE clause_links.relation = 'corrects'
    GROUP BY clause_links.earlier_document, clause_links.earlier_clause
)
SELECT
    clauses.clause_id, clauses.clause_key, clauses.document_id, documents.symbol, clauses.number, clauses.page,
    coalesce(corrected.words, clauses.display) AS quote, clauses.display AS printed, corrected.corrected_by,
    corrected.corrections, coalesce(corrected.is_plain, true) AS is_plain, clauses.verb, clauses.type,
    clauses.is_mandate, clauses.addressee
FROM clauses
SEMI JOIN current_versions USING (document_id, version_id)
JOIN documents USING (document_id)
LEFT JOIN corrected USING (document_id, clause_key);
COMMENT ON VIEW clauses_today IS 'The clauses of the newest text of each document as they read with the corrigenda that correct them.';
COMMENT ON COLUMN clauses_today.clause_id IS 'The clause in that text.';
COMMENT ON COLUMN clauses_today.clause_key IS 'Its lasting name.';
COMMENT ON COLUMN clauses_today.document_id IS 'The document.';
COMMENT ON COLUMN clauses_today.symbol IS 'Its symbol.';
COMMENT ON COLUMN clauses_today.number IS 'Number of the clause as printed.';
COMMENT ON COLUMN clauses_today.page IS 'Page on which it begins.';
COMMENT ON COLUMN clauses_today.quote IS 'Its words as corrected, where the corrigenda say so plainly; otherwise as printed.';
COMMENT ON COLUMN clauses_today.printed IS 'Its words as printed.';
COMMENT ON COLUMN clauses_today.corrected_by IS 'Symbols of the corrigenda that correct it, in order; null where none does.';
COMMENT ON COLUMN clauses_today.corrections IS 'What each of them says about it.';
COMMENT ON COLUMN clauses_today.is_plain IS 'Whether every correction could be applied; if not, read corrections.';
COMMENT ON COLUMN clauses_today.verb IS 'Lead verb.';
COMMENT ON COLUMN clauses_today.type IS 'Type of its strongest mandate, else exhortation or statement.';
COMMENT ON COLUMN clauses_today.is_mandate IS 'Whether it carries a mandate.';
COMMENT ON COLUMN clauses_today.addressee IS 'To whom it is addressed.';

-- What corrigenda leave of the mandates and the deadlines that they correct.

CREATE VIEW corrected_mandates AS
SELECT
    asked.mandate_id, asked.task_key, asked.document_id, asked.symbol, asked.title, asked.body, clauses_today.number,
    clauses_today.quote, clauses_today.printed, clauses_today.corrected_by, clauses_today.corrections,
    clauses_today.is_plain, asked.type, asked.addressee, asked.due, asked.due_start, asked.due_end,
    CASE WHEN clauses_today.is_plain
        THEN asked.due IS NULL OR contains(clauses_today.quote, asked.due)
    END AS is_due_kept
FROM current_deadlines AS asked
JOIN mandates ON mandates.mandate_id = asked.mandate_id
JOIN clauses_today ON clauses_today.clause_id = mandates.clause_id
WHERE clauses_today.corrected_by IS NOT NULL;
COMMENT ON VIEW corrected_mandates IS 'The mandates whose clause was corrected, one row for each deadline: the words as corrected, by which corrigenda, and whether the deadline that was printed is still in them.';
COMMENT ON COLUMN corrected_mandates.mandate_id IS 'The mandate.';
COMMENT ON COLUMN corrected_mandates.task_key IS 'Its lasting name.';
COMMENT ON COLUMN corrected_mandates.document_id IS 'The document that was corrected.';
COMMENT ON COLUMN corrected_mandates.symbol IS 'Its symbol.';
COMMENT ON COLUMN corrected_mandates.title IS 'Its title.';
COMMENT ON COLUMN corrected_mandates.body IS 'The organ that adopted or issued it.';
COMMENT ON COLUMN corrected_mandates.number IS 'Number of the clause.';
COMMENT ON COLUMN corrected_mandates.quote IS 'The clause as it reads with the corrigenda, where they say so plainly; otherwise as printed.';
COMMENT ON COLUMN corrected_mandates.printed IS 'The clause as printed.';
COMMENT ON COLUMN corrected_mandates.corrected_by IS 'Symbols of the corrigenda, in order.';
COMMENT ON COLUMN corrected_mandates.corrections IS 'What each of them says about the clause.';
COMMENT ON COLUMN corrected_mandates.is_plain IS 'Whether every correction could be applied.';
COMMENT ON COLUMN corrected_mandates.type IS 'Type of the mandate.';
COMMENT ON COLUMN corrected_mandates.addressee IS 'Who has to act.';
COMMENT ON COLUMN corrected_mandates.due IS 'A deadline as printed; null where there is none.';
COMMENT ON COLUMN corrected_mandates.due_start IS 'First day of that deadline.';
COMMENT ON COLUMN corrected_mandates.due_end IS 'Last day of that deadline.';
COMMENT ON COLUMN corrected_mandates.is_due_kept IS 'Whether the corrected words still have that deadline; if not, another one holds, and a person should enter it. Null where the correction could not be applied.';
