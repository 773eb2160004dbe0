"""The WSGI application, served by granian."""

import atexit
import os

from django.core.wsgi import get_wsgi_application

from fairdue.foundation import logs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fairdue.settings")
logs.configure(os.environ.get("FAIRDUE_LOG_LEVEL", "INFO"))
application = get_wsgi_application()

from django.urls import get_resolver  # noqa: E402 - needs the settings

from fairdue.foundation.tenancy.backend.base import close_pools  # noqa: E402 - needs the settings

get_resolver().url_patterns  # noqa: B018 - loads every page now, so that the first visitor does not wait for it
atexit.register(close_pools)
