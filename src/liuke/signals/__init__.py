"""What rules say of a customer at a period: conditions, the rules that combine them, and how well they did."""
