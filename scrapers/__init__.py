"""From a configured source to publications: fetching, reading listings and feeds, document texts and identity."""
