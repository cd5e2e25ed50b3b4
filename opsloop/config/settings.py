"""Django's settings, all derived from the workspace and a few environment variables."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from opsloop.base.registry import modules
from opsloop.config import sqlite as _sqlite  # noqa: F401
from opsloop.config import workspace as _workspace

PACKAGE = Path(__file__).resolve().parent.parent
WORKSPACE = _workspace.current()

SECRET_KEY = _workspace.secret_bytes(WORKSPACE.secrets / "django.key").hex()
DEBUG = os.environ.get("OPSLOOP_DEBUG") == "1"
ALLOWED_HOSTS = list(WORKSPACE.hosts)
CSRF_TRUSTED_ORIGINS = list(WORKSPACE.origins)
BEHIND_TLS = any(origin.startswith("https://") for origin in WORKSPACE.origins)

BASE_APPS = ["people", "policy", "ledger", "calendar", "jobs", "files", "links", "inbox", "search", "kinds"]
INSTALLED_APPS = [
    # ours first: where a library translates the same English text otherwise, our word stands
    *(f"opsloop.base.{name}" for name in BASE_APPS),
    *(module.package for module in modules() if module.app),
    *(["opsloop.demo"] if WORKSPACE.demo else []),
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "opsloop.config",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "opsloop.ui.security.HeadersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "opsloop.ui.middleware.PersonMiddleware",
    "opsloop.ui.language.LanguageMiddleware",
    "opsloop.ui.middleware.AnswerMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "opsloop.config.urls"
WSGI_APPLICATION = "opsloop.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "ui/templates"],  # before the apps' own: allauth's pages look like ours
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.static", "django.templatetags.i18n", "opsloop.ui.templatetags.opsloop"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "opsloop.ui.context.frame",
            ],
        },
    }
]


def database(url: str) -> dict[str, Any]:
    if not url:
        return {
            "ENGINE": "opsloop.config.database",
            "NAME": WORKSPACE.database,
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=0;"
                    "PRAGMA cache_size=-32000;PRAGMA foreign_keys=ON"
                ),
            },
            "TEST": {"NAME": os.environ.get("OPSLOOP_TEST_SQLITE")},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"OPSLOOP_DATABASE_URL: {parts.scheme}:// is not supported; use postgresql://user:pw@host/db")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        # a thread keeps its connection; with a pool of psycopg's the pool does
        "CONN_MAX_AGE": 0 if os.environ.get("OPSLOOP_POOL") == "1" else None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"pool": {"min_size": 0, "max_size": 8}} if os.environ.get("OPSLOOP_POOL") == "1" else {},
        "TEST": {"TEMPLATE": "template0", "CHARSET": "UTF8"},
    }


DATABASES = {"default": database(os.environ.get("OPSLOOP_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = WORKSPACE.language
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = WORKSPACE.timezone
USE_TZ = True
FORMAT_MODULE_PATH = ["opsloop.config.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("OPSLOOP_STATIC_ROOT") or PACKAGE / "static_built")
VENDOR = PACKAGE / "ui" / "vendor" / "static"
STATICFILES_DIRS = [VENDOR] if VENDOR.exists() else []
TESTING = os.environ.get("OPSLOOP_TESTING") == "1"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING  # tests of pages need no built files
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_MAX_AGE = 31536000

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("login", "email")},
    },
    {"NAME": "opsloop.ui.signin.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 31536000 if BEHIND_TLS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "opsloop.ui.signin.forms.SignInForm"}
ACCOUNT_SESSION_REMEMBER = True  # how long it lasts is said in ui/signin/sessions.py
ACCOUNT_RATE_LIMITS = {"login_failed": "30/m/ip,10/300s/key"}  # axes, which counts in the database, speaks first
ACCOUNT_ADAPTER = "opsloop.ui.signin.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "opsloop.ui.signin.adapter.SocialAccountAdapter"
ACCOUNT_PRESERVE_USERNAME_CASING = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = WORKSPACE.name or "Opsloop"
MFA_FORMS = {
    "authenticate": "opsloop.ui.signin.forms.CodeForm",
    "reauthenticate": "opsloop.ui.signin.forms.ConfirmCodeForm",
    "activate_totp": "opsloop.ui.signin.forms.SwitchOnForm",
}
MFA_ADAPTER = "opsloop.ui.signin.adapter.MfaAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [WORKSPACE.oidc]}} if WORKSPACE.oidc else {}
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_USERNAME_CALLABLE = "opsloop.ui.signin.adapter.login_of"
AXES_LOCKOUT_TEMPLATE = "signin/locked.html"
AXES_VERBOSE = False

MAIL = WORKSPACE.mail
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = MAIL.get("host", "")
EMAIL_PORT = MAIL.get("port", 25)
EMAIL_HOST_USER = MAIL.get("user", "")
EMAIL_HOST_PASSWORD = os.environ.get("OPSLOOP_MAIL_PASSWORD", "")
EMAIL_TIMEOUT = 30
EMAIL_USE_TLS = MAIL.get("tls", False)
DEFAULT_FROM_EMAIL = MAIL.get("from", "opsloop@localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"opsloop": {"level": "INFO"}},
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
