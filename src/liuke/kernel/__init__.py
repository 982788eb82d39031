"""What every stage may use: errors, contracts, periods, money, estimates, words in two languages. No I/O."""
