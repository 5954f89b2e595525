-- The comments in plain English; nothing else changes.
COMMENT ON COLUMN agenda_placements.agenda_title IS 'The title of the item.';
COMMENT ON COLUMN alerts.subscription IS 'Name in subscriptions.yaml; "(operators)" for what operators get without subscribing.';
COMMENT ON COLUMN clauses.version_id IS 'The text it is in.';
COMMENT ON COLUMN current_deadlines.addressee_resolved IS 'Whom the addressee refers to where it is a pronoun.';
COMMENT ON COLUMN current_deadlines.agenda_title IS 'The title of the agenda item.';
COMMENT ON COLUMN current_mandates.addressee_resolved IS 'Whom the addressee refers to where it is a pronoun.';
COMMENT ON COLUMN current_mandates.agenda_title IS 'The title of the agenda item.';
COMMENT ON COLUMN deliveries.delivery_id IS 'Shown in the message too; it stays the same when it is sent again.';
COMMENT ON COLUMN deliveries.reported IS 'Whether the operators were notified that it was given up, or is held in doubt or for their approval.';
COMMENT ON COLUMN mandates.addressee_resolved IS 'Whom the addressee refers to where it is a pronoun; null where it is not one.';
COMMENT ON COLUMN mandates.agenda_title IS 'The title of the agenda item.';
COMMENT ON COLUMN open_mandates.addressee_resolved IS 'Whom the addressee refers to where it is a pronoun.';
COMMENT ON COLUMN open_mandates.agenda_title IS 'The title of the agenda item.';
COMMENT ON COLUMN relations.from_document IS 'The document that has the relation; null until named_symbol has been seen, where the other end named it.';
COMMENT ON COLUMN relations.to_document IS 'The document that it is related to; null until named_symbol has been seen.';
COMMENT ON COLUMN reporting_requests.addressee_resolved IS 'Whom the addressee refers to where it is a pronoun.';
COMMENT ON COLUMN tasks.addressee_resolved IS 'Whom the addressee refers to where it is a pronoun.';
