"""The set-up finds a Python that runs and looks for packages where pip is told to."""

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "bootstrap"


@pytest.fixture
def bootstrap() -> ModuleType:
    loader = SourceFileLoader("bootstrap", str(SCRIPT))
    spec = spec_from_loader("bootstrap", loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def test_a_name_on_the_path_with_nothing_behind_it_is_passed_over(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = tmp_path / "python3.13"
    shim.write_text("#!/bin/sh\nexit 127\n")
    shim.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    monkeypatch.setenv("PYTHON", str(shim))
    found = bootstrap.find_python()
    assert found and not found.startswith(str(tmp_path))


def test_pips_settings_reach_the_installer(bootstrap: ModuleType, tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    pip = {
        "index-url": "https://mirror.example/simple",
        "extra-index-url": f"https://second.example/simple\n{wheels.as_uri()}",
        "find-links": str(wheels),
        "trusted-host": "mirror.example",
        "cert": "/etc/ssl/own.pem",
        "default-timeout": "60",
    }
    flags, env = bootstrap.uv_settings(pip, {})
    said = " ".join(flags)
    for part in (
        "--default-index https://mirror.example/simple",
        f"--index https://second.example/simple --index {wheels.as_uri()}",
        f"--find-links {wheels}",
        "--allow-insecure-host mirror.example",
    ):
        assert part in said
    assert (env["SSL_CERT_FILE"], env["UV_HTTP_TIMEOUT"]) == ("/etc/ssl/own.pem", "60")
    assert env["UV_PYTHON_DOWNLOADS"] == "never"


def test_what_the_installer_itself_is_told_wins(bootstrap: ModuleType) -> None:
    flags, env = bootstrap.uv_settings(
        {"index-url": "https://pip.example", "cert": "/pip.pem"},
        {"UV_DEFAULT_INDEX": "https://uv.example", "SSL_CERT_FILE": "/uv.pem"},
    )
    assert "https://pip.example" not in flags
    assert env["SSL_CERT_FILE"] == "/uv.pem"


def test_a_folder_that_is_not_there_only_warns(bootstrap: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    flags, _ = bootstrap.uv_settings({"extra-index-url": "file:///not/there", "find-links": "/nor/this"}, {})
    assert not any("there" in flag or "this" in flag for flag in flags)
    assert capsys.readouterr().err.count("Warning:") == 2


def test_an_environment_for_tests_serves_for_running_until_a_list_changes(
    bootstrap: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("base", "dev"):
        (tmp_path / "requirements").mkdir(exist_ok=True)
        (tmp_path / "requirements" / f"{name}.txt").write_text(name)
    lists = [tmp_path / "requirements" / f"{name}.txt" for name in ("base", "dev")]
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / "installed")
    assert not bootstrap.installed("base")
    bootstrap.STAMP.write_text("\n".join(["dev", bootstrap.digest(*lists), str(tmp_path)]))
    assert bootstrap.installed("base") and bootstrap.installed("dev")
    lists[0].write_text("changed")
    assert not bootstrap.installed("base")
