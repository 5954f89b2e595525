"""Alerts and deliveries: written with what they tell of, claimed by dispatchers, accounted for whatever dies.

`enqueue.enqueue` writes, `dispatcher.Outbox` delivers, `admin` is what operators do with them.
"""
