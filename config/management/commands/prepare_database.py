"""Makes the product's three database roles and its database."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from psycopg import Error

from config import database


class Command(BaseCommand):
    help = "Makes the roles and the database named by DATABASE_URL; safe to repeat. Example: manage.py prepare_database"
    requires_system_checks: list = []

    def handle(self, *args, **options):
        try:
            database.prepare(settings.DATABASE_URL, settings.SECRET_KEY)
        except Error as error:
            raise CommandError(
                f"无法准备数据库，请先运行 make services，或检查 DATABASE_URL 的账号是否可建角色和库：{error}",
                returncode=1,
            ) from error
