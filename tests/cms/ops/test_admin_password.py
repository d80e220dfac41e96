"""Every start of a development site can say how to sign in."""

import stat
from pathlib import Path

import pytest

from cms.ops.admin_password import FILE_NAME, chosen_or_generated


def test_generated_password_is_the_same_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    generated = chosen_or_generated(tmp_path / "var")
    assert len(generated) >= 16
    assert chosen_or_generated(tmp_path / "var") == generated


def test_chosen_password_holds_at_the_next_start_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ADMIN_PASSWORD", raising=False)
    chosen_or_generated(tmp_path)
    monkeypatch.setenv("ADMIN_PASSWORD", "chosen by somebody")
    assert chosen_or_generated(tmp_path) == "chosen by somebody"
    monkeypatch.setenv("ADMIN_PASSWORD", "")
    assert chosen_or_generated(tmp_path) == "chosen by somebody"
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600
