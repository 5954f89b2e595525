"""Settings, sources, subscriptions and the session calendar: YAML files, their shapes, and one strict loader."""
