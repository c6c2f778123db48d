"""What keeps the system running: leases, pauses, tries, metrics, health."""
