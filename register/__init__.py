"""The register: read-only web pages and an API over the published snapshot, for people who read rather than query.

It shows what the warehouse knows and decides nothing itself. `app.create_app` makes it; `mandates register` serves it.
"""
