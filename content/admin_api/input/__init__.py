"""What editors' programs send, in the shape of what they read, as values of the admin's forms."""
