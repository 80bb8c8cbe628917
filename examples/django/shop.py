"""A Django site in one file. In front of it stands a proxy that answers /consent/v1 with the service."""

import json
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.shortcuts import render
from django.urls import path
from django.utils.safestring import mark_safe

HERE = Path(__file__).parent


def volens(request):
    """A context processor: every template has `volens.head`, `volens.banner` and `volens.foot`."""
    return {"volens": SNIPPET}


# What `volens render` wrote is HTML already, and the same for every visitor: read once.
PARTS = json.loads((Path(os.environ.get("SNIPPET", "snippet")) / "snippet.json").read_text("utf-8"))
SNIPPET = {name: mark_safe(PARTS[name]) for name in ("head", "banner", "foot")}

settings.configure(
    DEBUG=False,
    SECRET_KEY=os.environ.get("SECRET_KEY", "only for this example"),
    ALLOWED_HOSTS=["localhost"],
    ROOT_URLCONF=__name__,
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE / "templates"],
            "OPTIONS": {"context_processors": [f"{__name__}.volens"]},
        }
    ],
)

urlpatterns = [
    path("", lambda request: render(request, "page.html", {"title": "Start", "link": "Other", "to": "/other"})),
    path("other", lambda request: render(request, "page.html", {"title": "Other", "link": "Start", "to": "/"})),
]

application = get_wsgi_application()

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], "runserver", "--noreload", os.environ.get("LISTEN", "127.0.0.1:8000")])
