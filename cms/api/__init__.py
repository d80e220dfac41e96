"""What lists and details of every public app have in common."""
