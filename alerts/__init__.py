"""From findings to people: matching subscriptions, rendering (the only escaping), delivering (the only Apprise)."""
