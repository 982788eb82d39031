"""Buy-till-you-die models of repeat purchases and of what is spent, one a file, as scikit-learn-style estimators."""
