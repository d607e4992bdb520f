"""A training ground for receivers: awkward webhooks, and a report on which were handled wrongly."""
