from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"
    verbose_name = "平台"

    def ready(self) -> None:
        from config import checks  # noqa: F401  (registers the boot checks)
