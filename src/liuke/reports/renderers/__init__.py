"""The five faces of a listing: each renders a `Listed` and knows nothing of runs."""
