"""Who will leave: rows of customer-months, a model fitted to them, its test on later months, and its reasons."""
