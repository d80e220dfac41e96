"""What programs of editors use: sign-in by token, the base of every view, and the audit log."""
