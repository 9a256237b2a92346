"""The administration of reference data: rules of law and holidays are added, never changed or removed."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from cases.models import Holiday, LawRule

# One way in: phone or mail with code or password, the limits of log-in and the second factor hold here too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class AddOnly(admin.ModelAdmin):
    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """What may be unknown may be left out."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and (db_field.null or db_field.default is list):
            field.required = False
        return field

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(LawRule)
class LawRuleAdmin(AddOnly):
    list_display = ("code", "applies_if", "kind", "value", "unit", "valid_from", "source_zh")
    list_filter = ("code", "kind")


@admin.register(Holiday)
class HolidayAdmin(AddOnly):
    list_display = ("year", "announced", "source")
