"""Who may see how the site is, and who is told."""

from cms.settings import env

METRICS_TOKEN = env.token("METRICS_TOKEN")
ADMINS = [("", address) for address in env.mail_addresses("ADMINS")]
EMAIL_SUBJECT_PREFIX = ""
