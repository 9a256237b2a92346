from django.apps import AppConfig


class CasesApp(AppConfig):
    name = "cases"
    verbose_name = "案件"
