-- Ours or the publisher's: which reader took a text and which rules analysed it, so that a better reader is not news.
-- Null on rows of former homes, which counts as 1.

ALTER TABLE versions ADD COLUMN reader INTEGER;
ALTER TABLE versions ADD COLUMN words_sha256 VARCHAR;
ALTER TABLE analyses ADD COLUMN rules INTEGER;

COMMENT ON TABLE versions IS 'The texts of documents, as publishers changed them: a changed text is another row, the same text read better takes the place of its row.';
COMMENT ON COLUMN versions.first_seen IS 'End of the first crawl that showed this version (UTC); a new reading does not move it.';
COMMENT ON COLUMN versions.reader IS 'Version of the reader that took the text from the bytes; null where it was not kept (1).';
COMMENT ON COLUMN versions.words_sha256 IS 'sha256 of the words without blanks, case and punctuation: all layouts of a text have the same. Null until it is asked for on rows of former homes.';
COMMENT ON COLUMN analyses.rules IS 'Version of the rules of the analysis; null where it was not kept (1), or where the text could not be analysed.';

CREATE TABLE rereadings (
    rereading_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    version_id VARCHAR NOT NULL,
    former_text_sha256 VARCHAR NOT NULL,
    from_reader INTEGER NOT NULL,
    to_reader INTEGER NOT NULL,
    from_rules INTEGER NOT NULL,
    to_rules INTEGER NOT NULL,
    gained INTEGER NOT NULL,
    lost INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    "at" TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE rereadings IS 'Texts that a newer reader or newer rules read otherwise, without the publisher having changed them. Nobody is notified of these. Append-only.';
COMMENT ON COLUMN rereadings.rereading_id IS 'sha256 of the reading before, the reading after and the time.';
COMMENT ON COLUMN rereadings.document_id IS 'The document.';
COMMENT ON COLUMN rereadings.version_id IS 'The version as it is read since.';
COMMENT ON COLUMN rereadings.former_text_sha256 IS 'sha256 of the text as it was read before.';
COMMENT ON COLUMN rereadings.from_reader IS 'Version of the reader before.';
COMMENT ON COLUMN rereadings.to_reader IS 'Version of the reader since.';
COMMENT ON COLUMN rereadings.from_rules IS 'Version of the rules before.';
COMMENT ON COLUMN rereadings.to_rules IS 'Version of the rules since.';
COMMENT ON COLUMN rereadings.gained IS 'Mandates found only by the new reading.';
COMMENT ON COLUMN rereadings.lost IS 'Mandates found only by the former reading.';
COMMENT ON COLUMN rereadings.changed IS 'Mandates found by both, with another verb, type, addressee, deadline or agenda item.';
COMMENT ON COLUMN rereadings."at" IS 'When the reading was replaced (UTC).';

CREATE TABLE document_aliases (
    alias_id VARCHAR PRIMARY KEY,
    document_id VARCHAR NOT NULL,
    identity VARCHAR NOT NULL,
    since TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE document_aliases IS 'Other identities of a recorded document: what a newer reader makes of the same publication.';
COMMENT ON COLUMN document_aliases.alias_id IS 'sha256 of the identity, as document_id is of documents.identity.';
COMMENT ON COLUMN document_aliases.document_id IS 'The document that it is.';
COMMENT ON COLUMN document_aliases.identity IS 'The identity.';
COMMENT ON COLUMN document_aliases.since IS 'End of the crawl that first gave it (UTC).';
