"""Access tokens of the admin API (RFC 7519): who signs them, for whom, and for how long."""

from datetime import timedelta

from cms.settings import env, keys
from cms.settings.site import PUBLIC_URL, SECRET_KEY

_SHORTEST_KEY = 32

JWT_SIGNING_KEY = keys.signing_key("JWT_SIGNING_KEY", shortest=_SHORTEST_KEY)
if JWT_SIGNING_KEY == SECRET_KEY:
    raise env.InvalidSettingError("JWT_SIGNING_KEY", "must be another key than SECRET_KEY.")

# djangorestframework-simplejwt's. Refresh tokens are our own (`cms.admin_api.models`).
SIMPLE_JWT = {
    "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
    "ALGORITHM": "HS256",
    "SIGNING_KEY": JWT_SIGNING_KEY,
    "ISSUER": PUBLIC_URL,
    "AUDIENCE": f"{PUBLIC_URL}/api/admin/",
    "USER_ID_CLAIM": "sub",
}
# By name or e-mail address, with a limit on attempts, in every form that takes passwords.
AUTHENTICATION_BACKENDS = ["cms.admin_api.backend.LimitedBackend"]
WAGTAILADMIN_USER_LOGIN_FORM = "cms.admin_api.forms.SignInForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "cms.admin_api.forms.AskForPasswordForm"  # noqa: S105
