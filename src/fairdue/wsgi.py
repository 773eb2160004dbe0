"""The WSGI application, served by granian."""

import atexit
import os

from django.core.wsgi import get_wsgi_application

from fairdue.foundation import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairdue.settings")
logs.configure(os.environ.get("FAIRDUE_LOG_LEVEL", "INFO"))
application = get_wsgi_application()

from fairdue.foundation.tenancy.backend.base import close_pools  # noqa: E402 - needs the settings

atexit.register(close_pools)
