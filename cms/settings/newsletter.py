"""The newsletter."""

from cms.settings import env

# Where the links in its mails lead: to our own pages without scripts, or to the website's.
NEWSLETTER_LINKS = env.choice("NEWSLETTER_LINKS", default="pages", choices=("pages", "frontend"))
