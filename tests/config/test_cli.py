"""The command line: what each word becomes, and what a mistake gets."""

import pytest

from lintel.config import cli


@pytest.mark.parametrize(
    ("given", "passed"),
    [
        (["manage", "check", "--deploy"], ["check", "--deploy"]),
        (["verify-record", "--head", "x"], ["verify_record", "--head", "x"]),
        (["synth", "--people", "1700000"], ["synth", "--people", "1700000"]),
        (["load-postcodes", "--only", "S"], ["load_postcodes", "--only", "S"]),
        (["load-areas", "--ours"], ["load_areas", "--ours"]),
        (["import", "tenancies", "homes.csv"], ["import_tenancies", "homes.csv"]),
        (["worker", "--wait"], ["procrastinate", "--skip-checks", "worker", "--wait"]),
    ],
)
def test_our_words_become_djangos(
    given: list[str], passed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(cli.management, "run", lambda arguments: ran.append(arguments) or 0)
    assert cli.main(given) == 0
    assert ran == [passed]


@pytest.mark.parametrize("given", [[], ["nonsense"], ["import"], ["import", "cats"], ["roles"]])
def test_a_mistake_is_explained(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(given)
    assert ended.value.code == 2
    assert "usage: lintel" in capsys.readouterr().err


def test_a_password_is_never_an_argument() -> None:
    """Arguments are seen by everybody who lists the machine's processes."""
    chosen = cli.parser().parse_args(["roles", "--admin-url", "postgresql:///x"])
    assert not [name for name in vars(chosen) if "password" in name]
