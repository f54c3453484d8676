"""In the demonstration area a council without Lintel has been told of one stay, and is awaited."""

from datetime import UTC, datetime

import pytest

from lintel.config.synth import Scale, generate, notice_story
from lintel.hospital.models import Notice
from tests.support.db import as_role

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_one_notice_waits_however_often_it_is_told():
    now = datetime.now(UTC)
    generate(Scale(people=400, tenancies=300, workers=60, agencies=25), now)
    notice_story.fill(now)
    with as_role("postgres"):
        notice = Notice.objects.select_related("stay").get()
        expected = notice.stay.expected
    assert notice.expected == expected
    assert (notice.vulnerability, notice.suitable) == ("", "")
    assert notice.outside_email.endswith(".gov.uk")
