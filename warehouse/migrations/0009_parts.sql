-- Several documents in one file: each has its own span of the file's text.

ALTER TABLE versions ADD COLUMN part VARCHAR;
COMMENT ON COLUMN versions.part IS 'Symbol of the document whose span of its file this text is, where a file holds several; empty for what precedes the first of them. Null where the text is the whole file.';

-- Amendments to drafts are a kind of their own, and name the draft.
COMMENT ON COLUMN documents.kind IS 'resolution, decision, amendment, report, initiative, statement, news or other.';
COMMENT ON COLUMN relations.relation IS 'version_of, draft_of, amends, corrects, adds_to, replaces, near_duplicate, answers or renews.';
