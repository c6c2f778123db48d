"""What the operator sets: `kanal.toml`, the environment, holidays and borders, as frozen values."""
