"""Events, testimonials and images for programs of editors, who sign in by token."""
