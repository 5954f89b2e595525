"""From landed batches to rows: the landing place, and the one transaction that records a batch with its alerts.

`landing.land` puts a batch down, `record.record` loads what has landed, each batch exactly once.
"""
