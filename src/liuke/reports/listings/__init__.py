"""What each table of the product shows, written once: terminal, page, workbook, CSV and JSON render it from here."""
