"""Who did what to which object when: Wagtail's log, with where from and what changed."""
