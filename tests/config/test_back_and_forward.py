"""The migrations that let the agreement rule sight go backwards, and forwards again, over data."""

import json
import os
import subprocess
import sys

from tests.support import database, schema


def test_the_agreement_goes_back_and_comes_again(django_db_setup: None) -> None:
    """An area's migrations are undone and done again: schema, grants and sight are as they were."""
    name = "lintel_test_back"
    database.make(name)
    try:
        fresh = schema.described(name)
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.migrating"],
            env={**os.environ, **database.urls(name)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-4000:]
        found = json.loads(done.stdout)
        assert schema.differences(fresh, schema.described(name)) == ""
    finally:
        database.drop(name)
    assert found["first"][0] > 0
    assert found["first"] == found["again"]
    assert found["differences"] == 0
    assert found["overrides"] == 0
