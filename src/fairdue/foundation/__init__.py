"""Foundation: what every room stands on and no customer ever asks for by name."""
