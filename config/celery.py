"""The Celery application and the whole list of periodic work. Celery executes; the truth is in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from django.conf import settings

app = Celery("recourse")
app.conf.update(settings.CELERY)
app.conf.task_routes = {
    "cases.sweep": {"queue": "deadlines"},
    "cases.fetch_mail": {"queue": "mail"},
    "config.deliver": {"queue": "mail"},
    "config.run_job": {"queue": "imports"},
}
# Each entry only repeats what the sweeper does anyway, so that either may be away.
app.conf.beat_schedule = {"sweep": {"task": "cases.sweep", "schedule": 30.0, "options": {"expires": 25}}}
if settings.IMAP_URL:
    app.conf.beat_schedule["mail"] = {"task": "cases.fetch_mail", "schedule": 60.0, "options": {"expires": 50}}
app.autodiscover_tasks(["config", "cases", "merchants"])
