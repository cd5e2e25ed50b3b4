"""The WSGI entry for gunicorn."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsloop.config.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
