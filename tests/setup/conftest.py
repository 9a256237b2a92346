"""One installation for all tests that need the whole product: started by the first of them, ended by one of them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.processes import free_port
from scripts.services import Services
from tests.browser.conftest import browser_type_launch_args  # noqa: F401  the same browser as for the pages
from tests.setup.product import Product


@pytest.fixture(scope="session")
def place() -> Iterator[Product]:
    """A data folder that all starts share, and a port."""
    product = Product(Path(tempfile.mkdtemp(prefix="recourse-run-")), free_port())
    yield product
    product.end()
    Services(product.folder).stop_recorded()
    shutil.rmtree(product.folder)


@pytest.fixture
def running(place: Product) -> Product:
    """The product after `make run`, as the tests before left it."""
    if not place.is_running:
        place.start()
    return place
