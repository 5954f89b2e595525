"""The only way out: one HTTP client that asks politely, guards its connections and bounds what it takes.

`client.Fetcher` asks; `urls` is the one place that reads, joins and redacts addresses; `encodings` decodes.
"""
