"""What each provider tells about mails, in its own words, and how it signs them."""
