-- A source may name several authors; they are kept in one column, so that no query changes.
COMMENT ON COLUMN documents.author IS 'Author where the source names one; several have "; " between them, so string_split(author, ''; '') lists them.';
