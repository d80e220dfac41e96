"""For how long the audit log is kept."""

from cms.settings import env

AUDIT_LOG_DAYS = env.integer("AUDIT_LOG_DAYS", default=730, lowest=30, highest=36_500)
