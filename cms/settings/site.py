"""What the operator says about this site: addresses, languages, processes."""

from urllib.parse import urlsplit

from cms.settings import env, keys

DATA_DIR = env.data_directory()

SECRET_KEY = keys.signing_key("SECRET_KEY")
SECRET_KEY_FALLBACKS = keys.former_signing_keys("SECRET_KEY_FALLBACKS", SECRET_KEY)
DEBUG = env.development_only("DEBUG", default=True)
PUBLIC_URL = env.root_url("PUBLIC_URL")
FRONTEND_URL = env.base_url("FRONTEND_URL")
_frontend = urlsplit(FRONTEND_URL)
FRONTEND_ORIGIN = f"{_frontend.scheme}://{_frontend.netloc}".lower()
FRONTEND_ORIGINS = env.origins("FRONTEND_ORIGINS", FRONTEND_ORIGIN)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", PUBLIC_URL)
TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXY_COUNT", default=0, lowest=0, highest=10)
WEB_PROCESSES = env.integer("WEB_PROCESSES", default=2, lowest=1, highest=256)
WEB_THREADS = env.integer("WEB_THREADS", default=4, lowest=1, highest=256)

LANGUAGES = env.languages("CONTENT_LANGUAGES", "en,es")
LANGUAGE_CODE = LANGUAGES[0][0]
TIME_ZONE = env.time_zone("TIME_ZONE", "UTC")
