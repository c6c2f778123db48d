"""What runs: the serving process, the worker with its loops, and how they wake each other."""
