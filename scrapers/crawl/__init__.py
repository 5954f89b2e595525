"""One crawl of one source: ask, read items, follow them to their documents, describe what was found.

`crawl.crawl` is the entry; it gives a `scrapers.publication.Harvest` and never raises for what a publisher does.
"""
