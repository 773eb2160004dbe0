"""Help: the how-to pages of the documentation, inside the product."""
