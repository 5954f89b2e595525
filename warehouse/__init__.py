"""All SQL: recording, landed batches, the outbox, the snapshot and what analysts ask of it."""
