"""Addresses of people and their organisation: the first page after signing up, and everything under 我的."""

from django.urls import include, path

from merchants.views import fresh, keys, onboarding, people, settings

urlpatterns = [
    path("welcome/", onboarding.onboarding, name="onboarding"),
    path("switch/", onboarding.switch, name="switch"),
    path("login/code/again/", fresh.another_code, name="code-again"),
    path("reauthenticate/code/", fresh.confirm_by_code, name="confirm-by-code"),
    path("settings/", settings.index, name="settings"),
    path("settings/profile/", settings.profile, name="profile"),
    path("settings/organisation/", settings.organisation, name="organisation"),
    path("settings/stores/", settings.stores, name="stores"),
    path("settings/stores/new/", settings.store, name="store-new"),
    path("settings/stores/<uuid:store_id>/", settings.store, name="store"),
    path("settings/people/", people.listing, name="people"),
    path("settings/people/invite/", people.invite, name="invite"),
    path("settings/people/invitations/<uuid:invitation_id>/withdraw/", people.withdraw, name="invitation-withdraw"),
    path("settings/people/<uuid:membership_id>/", people.reseat, name="member"),
    path("settings/people/<uuid:membership_id>/remove/", people.remove, name="member-remove"),
    path("settings/keys/", keys.listing, name="keys"),
    path("settings/keys/new/", keys.new, name="key-new"),
    path("settings/keys/<uuid:key_id>/revoke/", keys.revoke, name="key-revoke"),
    path("", include("merchants.urls_imports")),
    path("", include("merchants.urls_records")),
]
