"""Rules: TOML files that combine conditions; what they mean and whom they find."""
