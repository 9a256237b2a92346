"""Addresses of the merchant's records: the same six for each kind, and the file of those that have one."""

from django.urls import path

from merchants.records import KINDS
from merchants.views import records, records_import

IDENTITY = {
    "terminals": "terminal_id",
    "contracts": "contract_id",
    "notices": "served_id",
    "migrations": "migration_id",
}
WITH_FILE = ("contracts", "notices")


def _of(name: str, at: str) -> list:
    identity, of = f"{at}/<uuid:{IDENTITY[name]}>/", {"name": name}
    addresses = [
        path(f"{at}/", records.listing, of, name=at),
        path(f"{at}/new/", records.new, of, name=f"{at}-new"),
        path(f"{at}/import/", records_import.upload, of, name=f"{at}-import"),
        path(f"{at}/template.xlsx", records_import.template, of, name=f"{at}-template"),
        path(identity, records.one, of, name=f"{at}-one"),
        path(f"{identity}remove/", records.remove, of, name=f"{at}-remove"),
    ]
    return addresses + ([path(f"{identity}file/", records.file, of, name=f"{at}-file")] if name in WITH_FILE else [])


urlpatterns = [address for name, kind in KINDS.items() for address in _of(name, kind.path)]
