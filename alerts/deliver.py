"""The only place that knows Apprise."""
