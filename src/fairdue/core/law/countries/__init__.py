"""One module a country: its late-payment law as data, each article named."""
