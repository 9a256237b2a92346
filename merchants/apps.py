from django.apps import AppConfig


class MerchantsApp(AppConfig):
    name = "merchants"
    verbose_name = "商户"
