"""Django settings of Fairdue; everything that varies comes from the environment (docs/reference/settings.md)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP

from fairdue.foundation import database
from fairdue.foundation.proxies import parse_trust

BASE = Path(__file__).parent
DATA = database.data_folder()
DEBUG = os.environ.get("FAIRDUE_DEBUG") == "1"
SECRET_KEY = database.secret_key()
BASE_URL = os.environ.get("FAIRDUE_BASE_URL", "http://127.0.0.1:8000")
HTTPS = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [
    urlsplit(BASE_URL).hostname or "127.0.0.1",
    "127.0.0.1",
    "localhost",
    *filter(None, os.environ.get("FAIRDUE_HOSTS", "").split(",")),
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

ROOMS = [
    f"fairdue.{room}"
    for room in "foundation parties receivables invoicing cash collections insurance web portal api".split()
]
"""The rooms with tables or templates of their own; reporting has neither."""
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "lucide",
    "procrastinate.contrib.django",
    *ROOMS,
]
TRUSTED_PROXIES = parse_trust(os.environ.get("FAIRDUE_TRUSTED_PROXIES", ""))
MIDDLEWARE = [
    "fairdue.foundation.proxies.client_address",
    "fairdue.foundation.middleware.request_context",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "fairdue.foundation.middleware.Tenancy",
    "fairdue.web.finding.recent.remember",
]
ROOT_URLCONF = "fairdue.urls"
WSGI_APPLICATION = "fairdue.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "web/templates", *sorted(BASE.glob("web/*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fairdue.web.context.shell",
            ],
        },
    }
]


def _database(kind: str, **options: Any) -> dict[str, Any]:
    place = database.address(kind)
    timeouts = (
        f"-c lock_timeout={options.pop('lock', '5s')} -c statement_timeout={options.pop('statement', '30s')} "
        "-c idle_in_transaction_session_timeout=60s -c timezone=UTC -c jit=off "
        # Foreign keys are checked by cached plans. Planned for one tenant's number, a tenant that the statistics do not
        # know yet looks empty, and its whole index is read for each row; planned for any number, the key is used.
        "-c plan_cache_mode=force_generic_plan"
    )
    return {
        "ENGINE": "fairdue.foundation.tenancy.backend",
        "NAME": place.name,
        "USER": place.user,
        "PASSWORD": place.password,
        "HOST": place.host,
        "PORT": place.port,
        "CITUS": os.environ.get("FAIRDUE_CITUS") == "1",
        "OPTIONS": {"options": timeouts, "connect_timeout": 5, **options},
    }


_POOL = {"min_size": 0, "max_size": int(os.environ.get("FAIRDUE_DATABASE_POOL", "12")), "timeout": 10}
DATABASES = {
    "default": _database("app", pool=_POOL),
    "owner": _database("owner", lock="30s", statement="0"),
    "loader": _database("loader", statement="600s", pool={"min_size": 0, "max_size": 4}),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Tries to sign in are counted here: one count for all workers.
CACHES = {"default": {"BACKEND": "fairdue.foundation.sharedcache.SharedCache"}}

AUTH_USER_MODEL = "foundation.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["fairdue.foundation.passwords.SaneArgon2"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "fairdue.foundation.signin.ClosedSignUp"
MFA_ADAPTER = "fairdue.foundation.signin.SealedSecrets"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Fairdue: "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "Fairdue"
# A seat is given to an address by an administrator and nobody changes his own, so there is nothing else to prove.
MFA_ALLOW_UNVERIFIED_EMAIL = True
USERSESSIONS_TRACK_ACTIVITY = True

CSRF_FAILURE_VIEW = "fairdue.refused.form_too_old"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("FAIRDUE_PROXY") == "1" else None
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF, CSP.NONCE],
    "style-src": [CSP.SELF, CSP.NONCE],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.SELF],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 20_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français")]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

_MAIL = urlsplit(os.environ.get("FAIRDUE_SMTP_URL", ""))
if _MAIL.scheme in {"smtp", "smtps"}:
    _MAILER: dict[str, Any] = {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": _MAIL.hostname or "localhost",
            "port": _MAIL.port or 25,
            "username": unquote(_MAIL.username or ""),
            "password": unquote(_MAIL.password or ""),
            "use_ssl": _MAIL.scheme == "smtps",
            "timeout": 20,
        },
    }
else:
    _MAILER = {
        "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "OPTIONS": {"file_path": str(DATA / "mail")},
    }
MAILERS = {"default": _MAILER}
DEFAULT_FROM_EMAIL = os.environ.get("FAIRDUE_MAIL_FROM", "no-reply@fairdue.example")

LOGGING_CONFIG = None
SILENCED_SYSTEM_CHECKS: list[str] = []
