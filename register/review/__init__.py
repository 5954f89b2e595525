"""Review in the browser: what people should check, and forms in which they decide. Only `--review` has these pages.

access ── pages (item: what is shown) ── recording (form: what was typed) ── warehouse.review.deciding
"""
