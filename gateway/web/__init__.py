"""What answers requests: webhooks, the public tracker, the REST API, health and metrics."""
