"""What customers are worth and which of them carry the firm."""
