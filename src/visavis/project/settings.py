"""Django's settings. Where things are comes from the environment.

The page docs/operate.md lists the variables.
"""

from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from . import environment

PACKAGE = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_folder()
SECRET_KEY = environment.secret_key(DATA_DIR)
DEBUG = False
ALLOWED_HOSTS = environment.listed("VISAVIS_HOSTS", "localhost,127.0.0.1,[::1],testserver")
PUBLIC_URL = environment.text("VISAVIS_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = environment.number("VISAVIS_TRUSTED_PROXIES", 0)
WEB_THREADS = environment.number("VISAVIS_WEB_THREADS", 8)

SCREENS = sorted(path.parent.name for path in (PACKAGE / "web").glob("*/apps.py"))
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    *(f"visavis.web.{screen}" for screen in SCREENS),  # before allauth: our templates stand in for its own
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "visavis.domain.apps.DomainConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "visavis.web.middleware.LanguageOfReader",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "visavis.web.middleware.CauseOfRequest",
    "visavis.web.middleware.Refusals",
]

ROOT_URLCONF = "visavis.project.urls"
WSGI_APPLICATION = "visavis.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "visavis.web.design.context.shell",
                "visavis.web.presence.context.presence",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            ["django.template.loaders.app_directories.Loader"],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]

DATABASES = {"default": environment.database(DATA_DIR)}
# Counts that limit sign-in live with everything else: one cache for all processes, nothing more to install.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "visavis_cache"}}

AUTH_USER_MODEL = "domain.Adviser"
AUTHENTICATION_BACKENDS = ["visavis.web.account.backend.Accounts"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/connexion/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/connexion/"
ACCOUNT_ADAPTER = "visavis.web.account.adapter.InvitedOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody makes us write to strangers
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key", "reset_password": "20/m/ip,5/m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
USERSESSIONS_TRACK_ACTIVITY = False  # it would write a row, and wait for the disk, at every page

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = sorted(path for path in (PACKAGE / "locale").iterdir() if path.is_dir())
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "visavis.project.statics.HashedFiles"},
}
WHITENOISE_USE_FINDERS = True  # where nobody collected them: tests, a shell
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_NAME = "visavis"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "visavis_csrf"
CSRF_FAILURE_VIEW = "visavis.web.refusals.cross_site"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "frame-src": [SELF],  # the layout of a letter; all other pages refuse to be framed
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 262_144
MAX_FILE_BYTES = 15_000_000
# What the largest providers let through: nothing that reached a mailbox is too large to be kept.
MAX_MAIL_BYTES = 150_000_000
# Where ClamAV listens: the path of its socket, or host:port. Empty: nobody looks for viruses.
CLAMD = environment.text("VISAVIS_CLAMD")
# Who is asked whether a key for signing is published: host or host:port. Empty: as this machine does.
DNS = environment.text("VISAVIS_DNS")

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if not (EMAIL_HOST := environment.text("VISAVIS_SMTP_HOST")):
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "outgoing_mail"
EMAIL_PORT = environment.number("VISAVIS_SMTP_PORT", 587)
EMAIL_HOST_USER = environment.text("VISAVIS_SMTP_USER")
EMAIL_HOST_PASSWORD = environment.text("VISAVIS_SMTP_PASSWORD")
EMAIL_USE_TLS = environment.flag("VISAVIS_SMTP_TLS", default=True)
DEFAULT_FROM_EMAIL = environment.text("VISAVIS_MAIL_FROM", "vis-a-vis@localhost")

# How mailboxes of Microsoft and Google are opened: the application that an administrator made there, and
# where tokens are asked for. National clouds have addresses of their own.
_MICROSOFT = environment.text(
    "VISAVIS_MICROSOFT_SIGN_IN",
    "https://login.microsoftonline.com/{}/oauth2/v2.0".format(
        environment.text("VISAVIS_MICROSOFT_TENANT", "organizations")
    ),
).rstrip("/")
MAIL_SIGN_IN = {
    "microsoft": {
        "client_id": environment.text("VISAVIS_MICROSOFT_CLIENT_ID"),
        "client_secret": environment.text("VISAVIS_MICROSOFT_CLIENT_SECRET"),
        "authorize": f"{_MICROSOFT}/authorize",
        "token": f"{_MICROSOFT}/token",
        "scope": "offline_access https://outlook.office.com/IMAP.AccessAsUser.All "
        "https://outlook.office.com/SMTP.Send",
    },
    "google": {
        "client_id": environment.text("VISAVIS_GOOGLE_CLIENT_ID"),
        "client_secret": environment.text("VISAVIS_GOOGLE_CLIENT_SECRET"),
        "authorize": "https://accounts.google.com/o/oauth2/v2/auth",
        "token": environment.text("VISAVIS_GOOGLE_TOKENS", "https://oauth2.googleapis.com/token"),
        "scope": "https://mail.google.com/",
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "visavis.project.access_log.Line",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    # Paths may hold a customer's link: what Django logs about a request names its route instead.
    "filters": {"route": {"()": "visavis.project.access_log.RouteInsteadOfPath"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["route"]}},
    "root": {"handlers": ["console"], "level": environment.text("VISAVIS_LOG_LEVEL", "WARNING")},
    "loggers": {"visavis": {"level": environment.text("VISAVIS_LOG_LEVEL", "INFO")}},
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
