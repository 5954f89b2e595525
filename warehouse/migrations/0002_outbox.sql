-- The outbox: who is told of which finding, and how each delivery went.
-- One PRIMARY KEY a table and nothing else: a further index is what a kill can corrupt, and a foreign key blocks updates.

CREATE TABLE alerts (
    alert_id VARCHAR PRIMARY KEY,
    finding_id VARCHAR NOT NULL,
    subscription VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,
    document_id VARCHAR NOT NULL,
    created_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE alerts IS 'One finding for one subscription, written in the transaction that recorded the finding. Append-only.';
COMMENT ON COLUMN alerts.alert_id IS 'sha256 of finding and subscription.';
COMMENT ON COLUMN alerts.finding_id IS 'The finding, in findings; its detail holds all that a message about it says.';
COMMENT ON COLUMN alerts.subscription IS 'Name in subscriptions.yaml; "(operators)" for what operators are told without subscribing.';
COMMENT ON COLUMN alerts.kind IS 'Kind of the finding.';
COMMENT ON COLUMN alerts.document_id IS 'The finding''s document; for source_state the source, for delivery_state the target.';
COMMENT ON COLUMN alerts.created_at IS 'When the alert was written (UTC).';

CREATE TABLE deliveries (
    delivery_id VARCHAR PRIMARY KEY,
    alert_id VARCHAR NOT NULL,
    target VARCHAR NOT NULL,
    digest VARCHAR,
    state VARCHAR NOT NULL,
    attempts INTEGER NOT NULL,
    doubts INTEGER NOT NULL,
    due_at TIMESTAMPTZ,
    worker VARCHAR,
    lease_until TIMESTAMPTZ,
    created_at TIMESTAMPTZ NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL,
    sent_at TIMESTAMPTZ,
    reason VARCHAR,
    reported BOOLEAN NOT NULL
);
COMMENT ON TABLE deliveries IS 'One message to one target: the alerts of one document, or a digest. Its history is in delivery_events.';
COMMENT ON COLUMN deliveries.delivery_id IS 'Stands in the message too, and stays the same when it is sent again.';
COMMENT ON COLUMN deliveries.alert_id IS 'The first of its alerts; all of them are in delivery_alerts.';
COMMENT ON COLUMN deliveries.target IS 'Name in subscriptions.yaml; never an address.';
COMMENT ON COLUMN deliveries.digest IS 'The digest it is ("daily:2026-11-21"); null when it is about one document.';
COMMENT ON COLUMN deliveries.state IS 'pending, sending, sent, uncertain, failed, dead or suppressed.';
COMMENT ON COLUMN deliveries.attempts IS 'How often it was handed to the target''s server.';
COMMENT ON COLUMN deliveries.doubts IS 'How often it could not be known whether it arrived: time-outs and crashes. Kept after it is sent.';
COMMENT ON COLUMN deliveries.due_at IS 'When it may go next (UTC); null when it goes no more unless an operator says so.';
COMMENT ON COLUMN deliveries.worker IS 'The dispatcher that holds it.';
COMMENT ON COLUMN deliveries.lease_until IS 'Until when that dispatcher may hold it (UTC).';
COMMENT ON COLUMN deliveries.created_at IS 'When it was written (UTC).';
COMMENT ON COLUMN deliveries.changed_at IS 'When its state last changed (UTC).';
COMMENT ON COLUMN deliveries.sent_at IS 'When a server accepted it (UTC).';
COMMENT ON COLUMN deliveries.reason IS 'Why it is in this state, for people; holds no secret.';
COMMENT ON COLUMN deliveries.reported IS 'Whether the operators were told that it died or is held in doubt.';

CREATE TABLE delivery_alerts (
    delivery_alert_id VARCHAR PRIMARY KEY,
    delivery_id VARCHAR NOT NULL,
    alert_id VARCHAR NOT NULL,
    target VARCHAR NOT NULL
);
COMMENT ON TABLE delivery_alerts IS 'Which alerts a delivery tells of. An alert goes to a target once.';
COMMENT ON COLUMN delivery_alerts.delivery_alert_id IS 'sha256 of alert and target, so that the pair is unique.';
COMMENT ON COLUMN delivery_alerts.delivery_id IS 'The delivery.';
COMMENT ON COLUMN delivery_alerts.alert_id IS 'The alert.';
COMMENT ON COLUMN delivery_alerts.target IS 'The delivery''s target.';

CREATE TABLE delivery_events (
    event_id VARCHAR PRIMARY KEY,
    delivery_id VARCHAR NOT NULL,
    happened_at TIMESTAMPTZ NOT NULL,
    state VARCHAR NOT NULL,
    attempt INTEGER NOT NULL,
    worker VARCHAR,
    seconds DOUBLE,
    note VARCHAR
);
COMMENT ON TABLE delivery_events IS 'Every change of a delivery''s state. Append-only.';
COMMENT ON COLUMN delivery_events.event_id IS 'sha256 of who wrote it and its number there, so that folding a journal twice adds nothing.';
COMMENT ON COLUMN delivery_events.delivery_id IS 'The delivery.';
COMMENT ON COLUMN delivery_events.happened_at IS 'When it happened (UTC).';
COMMENT ON COLUMN delivery_events.state IS 'The state from then on.';
COMMENT ON COLUMN delivery_events.attempt IS 'Which attempt it belongs to, from 1; 0 before the first.';
COMMENT ON COLUMN delivery_events.worker IS 'The dispatcher, or "operator", or null when it was recorded.';
COMMENT ON COLUMN delivery_events.seconds IS 'How long the send took, by our own clock.';
COMMENT ON COLUMN delivery_events.note IS 'Why, for people; holds no secret.';
