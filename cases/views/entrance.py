"""Who may open a page of the cases: as merchants/views/entrance.py says it for all pages."""

from merchants.views.entrance import seated

__all__ = ["seated"]
