"""In the demonstration area one council outside has answered a notice, and another is awaited."""

from datetime import UTC, datetime

import pytest

from lintel.config.synth import Scale, generate, notice_story
from lintel.hospital.models import Admission, Answer, Notice
from tests.support.db import as_role

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "owner"])


def test_one_notice_is_answered_and_one_waits_however_often_it_is_told():
    now = datetime.now(UTC)
    generate(Scale(people=400, tenancies=300, workers=60, agencies=25), now)
    notice_story.fill(now)
    with as_role("postgres"):
        answered, waits = Notice.objects.select_related("stay").order_by("sent")
        expected = waits.stay.expected
        (answer,) = Answer.objects.all()
        assert Admission.objects.count() == 1
    assert answer.reference == answered.reference
    assert answered.opened < answer.answered
    assert waits.opened is None
    for notice in (answered, waits):
        assert notice.expected == expected
        assert notice.sent > notice.stay.admitted
        assert (notice.vulnerability, notice.suitable) == ("", "")
        assert notice.outside_email.endswith(".gov.uk")
