-- Several documents in one file: each has its own span of the file's text.

ALTER TABLE versions ADD COLUMN part VARCHAR;
COMMENT ON COLUMN versions.part IS 'Symbol of the document whose span of its file this text is, where a file holds several; empty for what precedes the first of them. Null where the text is the whole file.';
