"""What several processes share through Redis: hints of work, and budgets for sending.

Loaded only where a Redis is configured. Nothing depends on it: without it, or while it is away,
everybody looks by himself and keeps to his part (ADR 0007).
"""
