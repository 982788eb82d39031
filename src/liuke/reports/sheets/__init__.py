"""The sheets of the workbook: each writes one context, and reads nothing."""
