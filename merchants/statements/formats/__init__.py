"""The statement formats that are known. A new one is a file here with a LAYOUT, and its line below."""

from merchants.statements.formats import acquirer, allinpay
from merchants.statements.layout import Layout

FORMATS: dict[str, Layout] = {
    layout.code: layout
    for layout in (
        acquirer.LAYOUT,
        allinpay.LAYOUT,
    )
}
