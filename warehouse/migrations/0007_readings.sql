-- How sure each reading is, and the sense of each deadline. Null on rows of former homes until they are read again
-- (`mandates reanalyse --apply`).

ALTER TABLE clauses ADD COLUMN confidence DOUBLE;
ALTER TABLE clauses ADD COLUMN review VARCHAR[];
COMMENT ON COLUMN clauses.confidence IS 'How sure the reading is, 0 to 1: the share of clauses read like this one that are right in every field. Null where the analysis does not say.';
COMMENT ON COLUMN clauses.review IS 'Why somebody should look at the reading; empty where it is sure.';

ALTER TABLE mandates ADD COLUMN due_sense VARCHAR;
ALTER TABLE mandates ADD COLUMN addressee_resolved VARCHAR;
ALTER TABLE mandates ADD COLUMN confidence DOUBLE;
ALTER TABLE mandates ADD COLUMN review VARCHAR[];
COMMENT ON COLUMN mandates.due_sense IS 'How the words of the first deadline bind: by, from, not before, on, within, until or each; null where there is none, or where the analysis does not say.';
COMMENT ON COLUMN mandates.addressee_resolved IS 'Whom the addressee stands for where it is a pronoun; null where it is not one.';
COMMENT ON COLUMN mandates.confidence IS 'How sure the reading of its clause is, 0 to 1; null where the analysis does not say.';
COMMENT ON COLUMN mandates.review IS 'Why somebody should look at the reading of its clause; empty where it is sure.';
