"""The one settings file, read from the environment (`README.md`, Operations, lists every variable)."""

import os
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import structlog
from csp.constants import NONE, SELF

from commissioning import environment
from commissioning.logs import without_secrets

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR", BASE_DIR / "var")).resolve()
MODE = environment.mode()
PRODUCTION = MODE == "production"
EMBEDDED = MODE == "embedded"

# The demo (a clock that can be moved, a page to change hats) exists in the embedded home alone: no variable turns it on elsewhere.
DEMO = EMBEDDED

DEBUG = False
SECRET_KEY = environment.secret("SECRET_KEY", environment.kept_key(VAR / "secret_key") if EMBEDDED else "only-for-tests" * 4)
SIGNING_KEY = environment.secret("SIGNING_KEY", environment.kept_key(VAR / "signing_key") if EMBEDDED else "signs-only-for-tests")
ALLOWED_HOSTS = environment.required("ALLOWED_HOSTS", os.environ.get("ALLOWED_HOSTS", ""), "127.0.0.1,localhost,testserver").split(",")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
SITE_URL = os.environ.get("SITE_URL", "http://127.0.0.1:8000").rstrip("/")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "commissioning",
    "suppliers",
    "procurement",
    "contracts",
    "commissioning.admin_site.CommissioningAdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_structlog",
    "drf_spectacular",
    "drf_standardized_errors",
    "import_export",
    "knox",
    "rest_framework",
    "rules.apps.AutodiscoverRulesConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "commissioning.middleware.NoStoreForPeople",
    "commissioning.middleware.NothingTooBigIsRead",
    "commissioning.middleware.FreshSessionAfterProof",
    "commissioning.middleware.SecondFactorForStaff",
    "commissioning.middleware.RefusalsAsPages",
]

ROOT_URLCONF = "commissioning.urls"
WSGI_APPLICATION = "commissioning.wsgi.application"
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "commissioning.templating.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "commissioning.context.frame",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": environment.database(os.environ.get("DATABASE_URL", ""), VAR / "database.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = environment.required("REDIS_URL", os.environ.get("REDIS_URL", ""), "")
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL, "OPTIONS": {"socket_connect_timeout": 3}}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR / "cache"},
}

# Redis, or a folder, is only a bell: every message it carries can be lost, for beat's sweepers find what is due in the database.
QUEUE = VAR / "queue"
CELERY_BROKER_URL = REDIS_URL or "folder://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_connect_timeout": 3, "max_retries": 1, "interval_start": 0}  # nobody's act waits for a bell that is not there
    if REDIS_URL
    else {
        "data_folder_in": QUEUE / "messages",
        "data_folder_out": QUEUE / "messages",
        "control_folder": QUEUE / "control",
        "polling_interval": 0.1,
    }
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ALWAYS_EAGER = MODE == "test"
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Europe/London"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "announce what has fallen due": {"task": "commissioning.announce_due", "schedule": 10.0},
    "send letters": {"task": "commissioning.send_letters", "schedule": 15.0},
    "tidy files away": {"task": "commissioning.tidy_files", "schedule": 60 * 60.0},
    "sign the heads of chains that have grown": {"task": "commissioning.sign_checkpoint", "schedule": 24 * 60 * 60.0},
}

AUTH_USER_MODEL = "commissioning.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "commissioning.accounts.ByEmail",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if MODE == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ACCOUNT_ADAPTER = "commissioning.accounts.InvitationOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "reset_password": "10/m/ip", "login_failed": None} if MODE != "test" else False
# Failed attempts by network address, and by address and account, as (how many, in how many seconds): `commissioning/attempts.py` counts them.
FAILED_ATTEMPTS = {"address": (30, 60), "account": (5, 5 * 60)} if MODE != "test" else {}
# How many proxies stand before us: each adds an address to X-Forwarded-For, and only what they added is believed.
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES = int(environment.required("TRUSTED_PROXIES", os.environ.get("TRUSTED_PROXIES", ""), "0"))
MFA_ADAPTER = "commissioning.accounts.SecondFactors"
MFA_FORMS = {"authenticate": "commissioning.accounts.CodeAtSignIn", "reauthenticate": "commissioning.accounts.CodeOnceMore"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = "Framework procurement"
SECOND_FACTOR_ENFORCED = PRODUCTION

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
_nhsuk_spec = find_spec("wagtailnhsukfrontend")
assert _nhsuk_spec
assert _nhsuk_spec.submodule_search_locations
NHSUK_ASSETS = Path(_nhsuk_spec.submodule_search_locations[0]) / "static" / "wagtailnhsukfrontend"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "commissioning.stylesheet.NhsukStylesheet",
]
MEDIA_ROOT = VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "commissioning.storage.HashedStaticFiles" if PRODUCTION else "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = MODE == "test"  # a test's client would look through every static file before its first request
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# A questionnaire of 200 questions is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 8000
FILE_UPLOAD_PERMISSIONS = 0o600
DOCUMENT_MAX_BYTES = 100 * 1024 * 1024
# Of one bid, appeal or tender, with the files of earlier versions, which stay.
FILES_MAX_BYTES = int(os.environ.get("FILES_MAX_MB", "1000")) * 1024 * 1024
# Below what Django begins to write to disk (FILE_UPLOAD_MAX_MEMORY_SIZE): a sign-in and the check of a receipt need far less.
STRANGERS_MAX_BYTES = 1024 * 1024

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if os.environ.get("EMAIL_HOST") else "django.core.mail.backends.filebased.EmailBackend"
if MODE == "test":
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = environment.secret("EMAIL_HOST_PASSWORD", "") if os.environ.get("EMAIL_HOST_USER") else ""
EMAIL_USE_TLS = environment.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "procurement@localhost")

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 60 * 60
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and not environment.flag("TLS_ENDS_AT_PROXY_WITHOUT_HEADER")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# A sheet may end in blank lines.
IMPORT_EXPORT_IMPORT_IGNORE_BLANK_LINES = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "commissioning.second_factor.ApiToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_PARSER_CLASSES": ["commissioning.api_parsers.PlainJson"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PAGINATION_CLASS": "commissioning.api_pages.Pages",
    "DEFAULT_FILTER_BACKENDS": ["commissioning.api_filters.OnlyWhatIsOffered"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle", "rest_framework.throttling.AnonRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": "1200/min", "anon": "600/min"} if MODE != "test" else {"user": None, "anon": None},
    "NUM_PROXIES": TRUSTED_PROXIES,
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
DRF_STANDARDIZED_ERRORS = {"EXCEPTION_HANDLER_CLASS": "commissioning.api_errors.RefusalsAsErrors"}
REST_KNOX = {"TOKEN_TTL": timedelta(days=int(os.environ.get("API_TOKEN_DAYS", "180"))), "AUTH_HEADER_PREFIX": "Token"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Framework procurement",
    "DESCRIPTION": "The acts and views of the procurement service, the same that its pages use.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_standardized_errors.openapi_hooks.postprocess_schema_enums",
    ],
    # Choices that share the name of their field with others; the floors are named, never imported.
    "ENUM_NAME_OVERRIDES": {
        "OrganisationKindEnum": "commissioning.models.people.Kind",
        "RoleEnum": "commissioning.models.people.Role",
        "QuestionKindEnum": "commissioning.models.questions.Question.Kind",
        "CriterionKindEnum": "commissioning.models.criteria.Criterion.Kind",
        "EventOutcomeEnum": "commissioning.models.trail.TrailEntry.Outcome",
        "SupplierKindEnum": "suppliers.models.firms.Supplier.Kind",
        "DecisionOutcomeEnum": "suppliers.models.applications.Place.Outcome",
        "FrameworkStatusEnum": "suppliers.models.frameworks.FrameworkStatus",
        "RoundStatusEnum": "suppliers.models.admissions.RoundStatus",
        "SubmissionStatusEnum": "suppliers.models.applications.ApplicationStatus",
        "ConfirmationStatusEnum": "suppliers.models.confirmations.ConfirmationStatus",
        "AppealStatusEnum": "suppliers.models.appeals.AppealStatus",
        "TenderStatusEnum": "procurement.models.tenders.TenderStatus",
        "AwardStatusEnum": "procurement.models.awards.AwardStatus",
        "ChallengeStatusEnum": "procurement.models.awards.ChallengeStatus",
        "ContractStatusEnum": "contracts.models.contracts.ContractStatus",
        "BreachStatusEnum": "contracts.models.breaches.BreachStatus",
        "BreachOutcomeEnum": "contracts.models.breaches.BreachOutcome",
        "VariationStatusEnum": "suppliers.models.variations.VariationStatus",
        "VariationAnswerStatusEnum": "suppliers.models.variations.AnswerStatus",
        "AgreementStatusEnum": "suppliers.models.agreements.AgreementStatus",
        "ChangeStatusEnum": "suppliers.models.changes.ChangeStatus",
        "ChangeKindEnum": "suppliers.models.changes.ChangeKind",
        "ChangeOutcomeEnum": "suppliers.models.changes.ControlOutcome",
        "ValidationErrorEnum": "drf_standardized_errors.openapi_serializers.ValidationErrorEnum.choices",
        "ClientErrorEnum": "drf_standardized_errors.openapi_serializers.ClientErrorEnum.choices",
        "ServerErrorEnum": "drf_standardized_errors.openapi_serializers.ServerErrorEnum.choices",
        **{
            f"ErrorCode{code}Enum": f"drf_standardized_errors.openapi_serializers.ErrorCode{code}Enum.choices"
            for code in (401, 403, 404, 405, 406, 415, 429, 500)
        },
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            # What Django, Celery and gunicorn say without structlog carries the same marks.
            "foreign_pre_chain": [
                structlog.contextvars.merge_contextvars,
                structlog.processors.TimeStamper(fmt="iso"),
                structlog.stdlib.add_logger_name,
                structlog.stdlib.add_log_level,
                structlog.processors.format_exc_info,
            ],
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                without_secrets,
                structlog.processors.JSONRenderer() if PRODUCTION else structlog.dev.ConsoleRenderer(colors=False),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING" if MODE == "test" else "INFO")},
}
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = ""
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.format_exc_info,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=MODE != "test",
)
