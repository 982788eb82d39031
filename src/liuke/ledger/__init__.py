"""Customers and money from opening to closing: pure sums over panels that add up and tie to the documents."""
