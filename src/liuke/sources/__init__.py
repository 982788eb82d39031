"""Files and databases in: open a location, guess what its columns mean, clean the values, account for every row."""
