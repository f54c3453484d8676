"""A small partnership kept twice: in the database, and in the plain rules of `sharing.rules`.

Each step changes both. Writes go in as the superuser, past the application's rights: what is
proved here is what sight follows from, whoever wrote it.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from lintel.agencies.states import AgencyKind, TeamKind
from lintel.kernel.sight.states import Category
from lintel.requests.models import Handling
from lintel.sharing import facts, rules
from lintel.sharing.states import Level
from tests import factories
from tests.support.db import rows, value

HOUR = timedelta(hours=1)


def insert(table: str, **columns: Any) -> int:
    """Insert a row and answer its id."""
    return insert_all(table, [columns])[0]


def insert_all(table: str, lines: list[dict[str, Any]]) -> list[int]:
    """Insert rows of the same columns in one statement, and answer their ids in order."""
    names = ", ".join(f'"{name}"' for name in lines[0])
    marks = ", ".join(["(" + ", ".join(["%s"] * len(lines[0])) + ")"] * len(lines))
    values = [each for line in lines for each in line.values()]
    return [
        key
        for (key,) in rows(f"INSERT INTO {table} ({names}) VALUES {marks} RETURNING id", *values)
    ]


def update(table: str, row: int, **columns: Any) -> None:
    """Change a row."""
    names = ", ".join(f'"{name}" = %s' for name in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {names} WHERE id = %s", [*columns.values(), row])


def delete(table: str, row: int) -> None:
    """Remove a row."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE id = %s", [row])


def span(of: facts.Span) -> DateTimeTZRange:
    """As the database has it."""
    return DateTimeTZRange(of.start, of.end)


class Twin:
    """The partnership. `moments` are all times at which something begins or ends."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.world = facts.World()
        self.now: datetime = value("SELECT now()")
        self.moments: list[datetime] = [self.now]
        # The database's number of what the rules keep in lists, by the object's identity.
        self.rows: dict[int, int] = {}
        # Records of training that were ended: a second time is refused.
        self.ended: set[int] = set()
        self._found()

    def _found(self) -> None:
        """The partnership at the beginning: nobody sees anything."""
        kinds = [AgencyKind.LANDLORD, AgencyKind.LANDLORD, AgencyKind.TRUST, AgencyKind.VOLUNTARY]
        made = [factories.agency(kind) for kind in kinds]
        self.agencies = [a.pk for a in made]
        places = [(0, TeamKind.HOUSING_OFFICE), (0, TeamKind.TENANCY_SUPPORT)]
        places += [(1, TeamKind.HOUSING_OFFICE), (2, TeamKind.CMHT), (2, TeamKind.CRISIS)]
        places += [(3, TeamKind.VOLUNTARY)]
        self.teams = [factories.team(made[i], kind).pk for i, kind in places]
        self.agency_of = {t: self.agencies[i] for t, (i, _) in zip(self.teams, places, strict=True)}
        self.world.kinds = {a.pk: str(a.kind) for a in made}
        self.world.teams = dict(self.agency_of)
        self._shipped()
        for agency in (made[0], made[0], made[0], made[1], made[2], made[2], made[2], made[3]):
            who = factories.worker(agency, in_loop=False)
            self.world.workers[who.pk] = facts.Post(agency.pk)
            self._put_place(who.pk, self._own_team(who.pk), role="member")
            self._accept(who.pk, SHIPPED, self.now - HOUR * 400)
            self._train(who.pk)
        for index in (0, 1, 2):
            team = self.teams[index]
            patch = insert(
                "people_patch", agency_id=self.agency_of[team], team_id=team, name=f"P{index}"
            )
            self.world.patches[patch] = team
        for number in range(5):
            patch = self.rng.choice(list(self.world.patches))
            agency = self.agency_of[self.world.patches[patch]]
            home = insert(
                "people_home",
                owner_id=agency,
                patch_id=patch,
                reference=f"H{factories.number()}",
                uprn="",
                address=f"{number} Example Street",
                postcode="",
            )
            self.world.homes[home] = patch
        for _ in range(4):
            self.world.persons[factories.person().pk] = None
        self._write_down(next(iter(self.world.workers)))
        self.accounts = [who for (who,) in rows("SELECT user_id FROM agencies_worker LIMIT 3")]
        self.notes = rows(
            "SELECT id, person_id, owner_id, category FROM people_note WHERE person_id = ANY (%s)",
            list(self.world.persons),
        )

    def _shipped(self) -> None:
        """The version that is there from the beginning, and that every agency has signed."""
        # Only the kinds of agency that are here: as many cells again would change nothing.
        with connection.cursor() as cursor:
            for column in ("givers", "receivers"):
                cursor.execute(
                    f"UPDATE sharing_rule SET {column} = ARRAY("
                    f"SELECT u FROM unnest({column}) u WHERE u = ANY (%s))",
                    [["own", *sorted(set(self.world.kinds.values()))]],
                )
            cursor.execute(
                "UPDATE sharing_agreement SET effective = effective + interval '1 second'"
            )
        found = rows(
            "SELECT use, categories, givers, receivers, levels, basis, second, detail"
            " FROM sharing_rule WHERE agreement_id = %s",
            SHIPPED,
        )
        cells = [
            facts.Cell(
                use,
                *(frozenset(many) for many in (cats, givers, told, levels)),
                basis,
                second,
                much,
            )
            for use, cats, givers, told, levels, basis, second, much in found
        ]
        effective = value("SELECT effective FROM sharing_agreement WHERE id = %s", SHIPPED)
        self.world.versions.append(facts.Version(SHIPPED, effective, cells))
        for row, agency, signed in rows(
            "SELECT id, agency_id, signed FROM sharing_signature WHERE agreement_id = %s", SHIPPED
        ):
            if agency in self.agencies:
                signature = facts.Signed(SHIPPED, agency, signed)
                self._keep(signature, row)
                self.world.signed.append(signature)

    def _write_down(self, by: int) -> None:
        """Each agency has a note in each category about each person: what could be seen."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO people_note (person_id, owner_id, category, words, written_by_id,"
                " written) SELECT p, a, c, '', %s, now() FROM unnest(%s::bigint[]) p,"
                " unnest(%s::int[]) a, unnest(%s::smallint[]) c",
                [by, list(self.world.persons), self.agencies, CATEGORIES],
            )
            cursor.execute(
                "INSERT INTO people_contactpoint (person_id, owner_id, kind, value, note)"
                " SELECT p, a, 'phone', '', '' FROM unnest(%s::bigint[]) p, unnest(%s::int[]) a",
                [list(self.world.persons), self.agencies],
            )

    # What steps choose from

    def moment(self) -> datetime:
        """A time within three weeks either side, on the hour; often one used before."""
        if self.rng.random() < 0.3:
            return self.rng.choice(self.moments)
        found = self.now + HOUR * self.rng.randint(-500, 500)
        self.moments.append(found)
        return found

    def day(self) -> date:
        """A day on which something begins or ends, around now."""
        return facts.day_of(self.now) + timedelta(days=self.rng.randint(-20, 20))

    def _span(self) -> facts.Span:
        start = None if self.rng.random() < 0.1 else self.moment()
        end = None if self.rng.random() < 0.5 else self.moment()
        if start and end and end <= start:
            start, end = end, start
        return facts.Span(start, None if start == end else end)

    def worker(self) -> int:
        """Any worker."""
        return self.rng.choice(list(self.world.workers))

    def person(self) -> int:
        """Any person."""
        return self.rng.choice(list(self.world.persons))

    def _own_team(self, worker: int) -> int:
        agency = self.world.workers[worker].agency
        return self.rng.choice([t for t in self.teams if self.agency_of[t] == agency])

    def _any_team(self, worker: int) -> int:
        """Mostly of the worker's own agency; sometimes a guest elsewhere."""
        return self.rng.choice(self.teams) if self.rng.random() < 0.2 else self._own_team(worker)

    def _keep(self, what: Any, row: int) -> None:
        self.rows[id(what)] = row

    def _row(self, what: Any) -> int:
        return self.rows[id(what)]

    # Steps: each changes both worlds, or neither where the constraints would refuse it

    def step(self) -> str:
        """Take one random step; answers its name, for the report of a failure."""
        name: str = self.rng.choice(STEPS)
        getattr(self, name)()
        return name

    def _put_place(self, worker: int, team: int, *, role: str) -> None:
        of = self._span()
        if any(
            p.worker == worker and p.team == team and p.role == role and _overlap(p.span, of)
            for p in self.world.places
        ):
            return
        place = facts.Place(worker, team, role, of)
        self._keep(
            place,
            insert(
                "agencies_membership",
                worker_id=worker,
                team_id=team,
                role=role,
                valid=span(of),
            ),
        )
        self.world.places.append(place)

    def _accept(self, worker: int, version: int, when: datetime) -> None:
        if any((a.worker, a.version) == (worker, version) for a in self.world.accepted):
            return
        accepted = facts.Accepted(version, worker, when)
        row = insert("sharing_acceptance", agreement_id=version, worker_id=worker, accepted=when)
        self._keep(accepted, row)
        self.world.accepted.append(accepted)

    def _train(self, worker: int) -> None:
        done = self.day()
        trained = facts.Trained(worker, done, done + timedelta(days=self.rng.choice([1, 9, 40])))
        row = insert(
            "sharing_training",
            worker_id=worker,
            course="Confidentiality",
            done_on=trained.done_on,
            until=trained.until,
            recorded=self.now,
            ended_words="",
        )
        self._keep(trained, row)
        self.world.trained.append(trained)
        for day in (trained.done_on, trained.until):
            self.moments.append(datetime(day.year, day.month, day.day, tzinfo=facts.LONDON))

    def version(self) -> int:
        """Any version of the agreement."""
        return self.rng.choice(self.world.versions).number

    def agreement_published(self) -> None:
        """A version takes the place of the last from a date: a few of its rules are changed."""
        taken = {v.effective for v in self.world.versions}
        effective = self.moment()
        if effective in taken or len(self.world.versions) > 5:
            return
        cells = [
            replace(cell)
            for cell in self.rng.choice(self.world.versions).rules
            if self.rng.random() < 0.9
        ]
        for cell in self.rng.sample(cells, min(4, len(cells))):
            self._amend(cell)
        # Often told to nobody but who works with the person, which nearness alone then decides.
        if self.rng.random() < 0.5:
            for cell in cells:
                if cell.basis == "consent" and cell.use == "care":
                    cell.levels = frozenset({"assigned", "link"})
        number = factories.number() + 100
        insert(
            "sharing_agreement",
            id=number,
            number=number,
            title="",
            sections="[]",
            changes="",
            drafted=self.now,
        )
        for cell in cells:
            insert(
                "sharing_rule",
                agreement_id=number,
                use=cell.use,
                categories=sorted(cell.categories),
                givers=sorted(cell.givers),
                receivers=sorted(cell.receivers),
                levels=sorted(cell.levels),
                basis=cell.basis,
                statute="",
                authoriser="",
                second=cell.second,
                detail=cell.detail,
                retention_months=1,
            )
        update("sharing_agreement", number, effective=effective, published=self.now)
        self.world.versions.append(facts.Version(number, effective, cells))
        for agency in self.agencies:
            if self.rng.random() < 0.8:
                self._sign(agency, number, self.moment())
        for worker in self.world.workers:
            if self.rng.random() < 0.7:
                self._accept(worker, number, self.moment())
        self._spread()

    def _amend(self, cell: facts.Cell) -> None:
        """One thing about a sentence changes."""
        what = self.rng.randrange(6)
        if what == 0:
            cell.categories = frozenset(self.rng.sample(CATEGORIES, 5))
        elif what == 1:
            cell.detail = 3 - cell.detail
        elif what == 2:
            cell.second = not cell.second
        elif what == 3:
            cell.levels = frozenset(self.rng.sample(LEVELS, 3))
        elif what == 4 and "own" not in cell.givers:
            cell.givers = frozenset(self.rng.sample(KINDS, 2))
        elif what == 5 and "own" not in cell.receivers:
            cell.receivers = frozenset(self.rng.sample(KINDS, 2))

    def _spread(self) -> None:
        """What the background work does: everybody's sight, a few people at a time."""
        after = 0
        while True:
            upto, people, _ = rows("SELECT * FROM sight_spread(%s, 2)", after)[0]
            if not people:
                return
            after = upto

    def _sign(self, agency: int, version: int, when: datetime) -> None:
        if any(
            (s.agency, s.version) == (agency, version) and s.ended is None
            for s in self.world.signed
        ):
            return
        signed = facts.Signed(version, agency, when)
        row = insert(
            "sharing_signature",
            agreement_id=version,
            agency_id=agency,
            signed=when,
            ended_words="",
        )
        self._keep(signed, row)
        self.world.signed.append(signed)

    def agency_signs(self) -> None:
        """An agency signs a version, at a moment; its sight follows in the background."""
        self._sign(self.rng.choice(self.agencies), self.version(), self.moment())
        self._spread()

    def agency_withdraws(self) -> None:
        """An agency withdraws its signature; or it turns out that it hasn't."""
        signed = self.rng.choice(self.world.signed)
        signed.ended = self.moment()
        update("sharing_signature", self._row(signed), ended=signed.ended)

    def worker_accepts(self) -> None:
        """A worker accepts a version."""
        self._accept(self.worker(), self.version(), self.moment())

    def worker_trained(self) -> None:
        """A worker is trained again."""
        self._train(self.worker())

    def training_ended(self) -> None:
        """A record of training is ended before its day."""
        trained = self.rng.choice(self.world.trained)
        until = max(trained.done_on, min(trained.until, self.day()))
        row = self._row(trained)
        if until < trained.until and row not in self.ended:
            trained.until = until
            update("sharing_training", row, until=until, ended=self.now)
            self.ended.add(row)

    def link_changes(self) -> None:
        """A worker links a team with the other side, is away and covered for, or no longer."""
        if self.world.links and self.rng.random() < 0.5:
            link = self.rng.choice(self.world.links)
            link.cover = self.rng.choice([*self.world.workers, None])
            link.away = self._span() if self.rng.random() < 0.7 else None
            update(
                "agencies_linkworker",
                self._row(link),
                cover_id=link.cover,
                away=link.away and span(link.away),
            )
            return
        worker = self.worker()
        link = facts.Link(worker, self._any_team(worker), self._span())
        row = insert(
            "agencies_linkworker",
            worker_id=worker,
            team_id=link.team,
            towards="health",
            covers="",
            valid=span(link.span),
        )
        self._keep(link, row)
        self.world.links.append(link)

    def information_lead(self) -> None:
        """A worker becomes an information lead, or is one no longer."""
        if self.world.leads and self.rng.random() < 0.4:
            lead = self.rng.choice(self.world.leads)
            self.world.leads.remove(lead)
            delete("agencies_roleheld", self._row(lead))
            return
        lead = facts.InformationLead(self.worker(), self._span())
        row = insert(
            "agencies_roleheld",
            worker_id=lead.worker,
            role="information_lead",
            valid=span(lead.span),
        )
        self._keep(lead, row)
        self.world.leads.append(lead)

    def joins_team(self) -> None:
        """A worker joins a team, or comes to lead it."""
        worker = self.worker()
        role = self.rng.choice(["lead", "lead", "member", "member", "duty"])
        self._put_place(worker, self._any_team(worker), role=role)

    def leaves_team(self) -> None:
        """A place in a team ends, or is removed."""
        if not self.world.places:
            return
        place = self.rng.choice(self.world.places)
        if self.rng.random() < 0.3:
            self.world.places.remove(place)
            delete("agencies_membership", self._row(place))
            return
        ended = _ended(place.span, self.moment())
        if ended:
            place.span = ended
            update("agencies_membership", self._row(place), valid=span(ended))

    def leaves_post(self) -> None:
        """The worker leaves the agency, or didn't after all."""
        worker = self.worker()
        left = None if self.rng.random() < 0.6 else self.day()
        self.world.workers[worker].left_on = left
        update("agencies_worker", worker, left_on=left)

    def changes_agency(self) -> None:
        """The worker's post moves to another agency."""
        worker = self.worker()
        agency = self.rng.choice(self.agencies)
        self.world.workers[worker].agency = agency
        update("agencies_worker", worker, agency_id=agency)

    def patch_given(self) -> None:
        """A patch gets an officer."""
        patch = self.rng.choice(list(self.world.patches))
        agency = self.agency_of[self.world.patches[patch]]
        near = [w for w, post in self.world.workers.items() if post.agency == agency]
        worker = self.rng.choice(near) if near and self.rng.random() < 0.9 else self.worker()
        self._put_officer(patch, worker, self._span())

    def _put_officer(self, patch: int, worker: int, of: facts.Span) -> None:
        if any(
            o.patch == patch and o.worker == worker and _overlap(o.span, of)
            for o in self.world.officers
        ):
            return
        officer = facts.Officer(patch, worker, of)
        row = insert("people_patchofficer", patch_id=patch, worker_id=worker, valid=span(of))
        self._keep(officer, row)
        self.world.officers.append(officer)

    def patch_handed_over(self) -> None:
        """One officer ends and another begins at the same moment."""
        if not self.world.officers:
            return
        officer = self.rng.choice(self.world.officers)
        when = self.moment()
        ended = _ended(officer.span, when)
        if ended:
            officer.span = ended
            update("people_patchofficer", self._row(officer), valid=span(ended))
            self._put_officer(officer.patch, self.worker(), facts.Span(when, None))

    def patch_moves(self) -> None:
        """A patch goes to another team, so to other leads."""
        patch, team = self.rng.choice(list(self.world.patches.items()))
        others = [t for t in self.teams if self.agency_of[t] == self.agency_of[team]]
        self.world.patches[patch] = self.rng.choice(others)
        update("people_patch", patch, team_id=self.world.patches[patch])

    def home_moves(self) -> None:
        """A home goes to another patch, or to none."""
        home = self.rng.choice(list(self.world.homes))
        patch = self.rng.choice([*self.world.patches, None])
        self.world.homes[home] = patch
        update("people_home", home, patch_id=patch)

    def tenancy_starts(self) -> None:
        """A person takes a home. Starts are far enough away for both margins to matter."""
        home = self.rng.choice(list(self.world.homes))
        owner: int = value("SELECT owner_id FROM people_home WHERE id = %s", home)
        started = self.day() + timedelta(days=self.rng.choice([-100, -60, 0, 59, 60, 61]))
        ended = None
        if self.rng.random() < 0.5:
            ended = started + timedelta(days=self.rng.choice([0, 1, 30]))
        tenancy = facts.Tenancy(self.person(), owner, home, started, ended)
        row = insert(
            "people_tenancy",
            person_id=tenancy.person,
            owner_id=owner,
            home_id=home,
            reference=f"T{factories.number()}",
            tenant_reference="",
            folded="",
            kind="secure",
            started=started,
            ended=ended,
        )
        self._keep(tenancy, row)
        self.world.tenancies.append(tenancy)
        self._margins(tenancy)

    def tenancy_ends(self) -> None:
        """A tenancy ends, or its end is taken back."""
        if not self.world.tenancies:
            return
        tenancy = self.rng.choice(self.world.tenancies)
        days = self.rng.choice([0, 1, 10, 60])
        tenancy.ended = None if self.rng.random() < 0.3 else tenancy.started + timedelta(days=days)
        update("people_tenancy", self._row(tenancy), ended=tenancy.ended)
        self._margins(tenancy)

    def _margins(self, of: facts.Tenancy) -> None:
        days = [of.started - rules.BEFORE_TENANCY]
        days += [of.ended + rules.AFTER_TENANCY] if of.ended else []
        for day in days:
            self.moments.append(datetime(day.year, day.month, day.day, tzinfo=facts.LONDON))

    def case_taken(self) -> None:
        """A team begins to work with a person."""
        worker = self.worker()
        team = self._any_team(worker)
        health = self.rng.random() < 0.5
        case = facts.Involvement(
            self.person(),
            self.agency_of[team],
            team,
            worker if self.rng.random() < 0.8 else None,
            health,
            self._span(),
        )
        row = insert(
            "people_involvement",
            person_id=case.person,
            owner_id=case.owner,
            team_id=team,
            worker_id=case.worker,
            category=int(Category.HEALTH_INVOLVEMENT if health else Category.SUPPORT_NEEDS),
            role_words="",
            valid=span(case.span),
        )
        self._keep(case, row)
        self.world.involvements.append(case)

    def case_changes(self) -> None:
        """The caseload is handed over, or the involvement ends."""
        if not self.world.involvements:
            return
        case = self.rng.choice(self.world.involvements)
        if self.rng.random() < 0.5:
            case.worker = self.rng.choice([*self.world.workers, None])
            update("people_involvement", self._row(case), worker_id=case.worker)
        elif ended := _ended(case.span, self.moment()):
            case.span = ended
            update("people_involvement", self._row(case), valid=span(ended))

    def consent_given(self) -> None:
        """The person answers: yes, no, or partly, for one or several teams."""
        given = self.moment()
        until = given + HOUR * self.rng.choice([1, 24, 200, 1000])
        self.moments.append(until)
        person, owner = self.person(), self.rng.choice(self.agencies)
        purpose = self.rng.choice(["care", "care", "care", "safety", "any"])
        row = insert(
            "sharing_consent",
            person_id=person,
            owner_id=owner,
            recorded_by_id=self.worker(),
            given=given,
            until=until,
            purpose=purpose,
            explained="phone",
            explained_words="",
            persons_words="",
            language="",
            others_present="",
            withdrawn_words="",
            recorded=self.now,
        )
        consent = facts.Consent(row, person, owner, given, until, purpose, [])
        # Few pairs, so that later answers meet earlier ones. 0: the agency of the teams, whole.
        asked = {
            (
                self._giver(owner),
                self.rng.choice([0, *self.teams[2:5]]),
                self.rng.choice(CATEGORIES[4:9]),
            )
            for _ in range(self.rng.randint(1, 5))
        }
        if purpose == "any":
            # A no to everything that takes back what was said before.
            said = sorted(
                {
                    (answer.giver, answer.recipient or 0, answer.category)
                    for earlier in self.world.consents
                    if earlier.person == person
                    for answer in earlier.answers
                    if answer.yes and (answer.recipient or answer.agency == self.agencies[2])
                }
            )
            asked = set(self.rng.sample(said, min(4, len(said)))) or asked
        for giver, team, category in sorted(asked):
            named = self.worker() if team and self.rng.random() < 0.15 else None
            agency = self.agency_of[team] if team else self.agencies[2]
            yes = purpose != "any" and self.rng.random() < 0.7
            consent.answers.append(facts.Answer(giver, team or None, agency, category, yes, named))
        self._lines(consent)
        self.world.consents.append(consent)

    def _giver(self, owner: int) -> int:
        return owner if self.rng.random() < 0.6 else self.rng.choice(self.agencies)

    def _lines(self, consent: facts.Consent) -> None:
        """All answers of a consent, in one statement as the product writes them."""
        keys = insert_all(
            "sharing_consentline",
            [
                {
                    "consent_id": consent.number,
                    "person_id": consent.person,
                    "owner_id": consent.owner,
                    "giver_id": answer.giver,
                    "recipient_id": answer.recipient,
                    "recipient_agency_id": None if answer.recipient else answer.agency,
                    "recipient_worker_id": answer.worker,
                    "category": answer.category,
                    "answer": answer.yes,
                }
                for answer in consent.answers
            ],
        )
        for answer, key in zip(consent.answers, keys, strict=True):
            self._keep(answer, key)

    def consent_withdrawn(self) -> None:
        """The person takes it back."""
        if not self.world.consents:
            return
        consent = self.rng.choice(self.world.consents)
        consent.withdrawn = self.moment()
        update("sharing_consent", consent.number, withdrawn=consent.withdrawn)

    def consent_confirmed(self) -> None:
        """The giver confirms a yes that another agency wrote down."""
        waiting = [a for c in self.world.consents for a in c.answers if not a.confirmed]
        if not waiting:
            return
        answer = self.rng.choice(waiting)
        answer.confirmed = self.moment()
        update("sharing_consentline", self._row(answer), confirmed=answer.confirmed)

    def opened_for_safety(self) -> None:
        """A worker opens a record for safety."""
        categories = frozenset(self.rng.sample(CATEGORIES, self.rng.randint(1, 4)))
        opened = self.moment()
        until = opened + HOUR * self.rng.choice([1, 4, 24])
        self.moments.append(until)
        person, worker = self.person(), self.worker()
        override = facts.Override(
            person,
            worker,
            self.world.workers[worker].agency,
            self.rng.choice(self.agencies),
            categories,
            opened,
            until,
        )
        row = insert(
            "sharing_override",
            person_id=override.person,
            worker_id=override.worker,
            holder_id=override.holder,
            categories=sorted(categories),
            reason="safeguarding",
            words="",
            opened=opened,
            until=until,
        )
        self._keep(override, row)
        self.world.overrides.append(override)

    def safety_authorised(self) -> None:
        """A second worker authorises it."""
        waiting = [o for o in self.world.overrides if o.authorised is None]
        if not waiting:
            return
        override = self.rng.choice(waiting)
        override.authorised = self.moment()
        update("sharing_override", self._row(override), authorised=override.authorised)

    def basis_recorded(self) -> None:
        """An agency tells a team something without consent, as a law allows."""
        begins = self.moment()
        until = begins + HOUR * self.rng.choice([24, 200, 700])
        self.moments.append(until)
        team = self.rng.choice(self.teams)
        basis, purpose = self.rng.choice(
            [("safeguarding", "safety"), ("vital", "safety"), ("direct_care", "care")]
        )
        told = facts.OtherBasis(
            self.person(),
            self.rng.choice(self.agencies),
            team,
            self.worker() if self.rng.random() < 0.3 else None,
            frozenset(self.rng.sample(CATEGORIES, 5)),
            purpose,
            basis,
            begins,
            until,
        )
        row = insert(
            "sharing_otherbasis",
            person_id=told.person,
            owner_id=told.owner,
            recipient_id=team,
            recipient_worker_id=told.worker,
            categories=sorted(told.categories),
            purpose=purpose,
            basis=basis,
            statute="",
            words="",
            begins=begins,
            until=until,
            recorded=self.now,
            recorded_by_id=self.worker(),
            told=self.now,
            not_told_words="",
        )
        self._keep(told, row)
        self.world.bases.append(told)

    def basis_changes(self) -> None:
        """It is authorised, or ended before its time; each once."""
        changing = [b for b in self.world.bases if b.authorised is None or b.ended is None]
        if not changing:
            return
        told = self.rng.choice(changing)
        if told.authorised is None:
            told.authorised = self.moment()
            update("sharing_otherbasis", self._row(told), authorised=told.authorised)
        else:
            told.ended = self.moment()
            update("sharing_otherbasis", self._row(told), ended=told.ended)

    def viewer_let(self) -> None:
        """Somebody is let see a person's own view, or it is ended."""
        open_ones = [v for v in self.world.viewers if v.ended is None]
        if open_ones and self.rng.random() < 0.5:
            viewer = self.rng.choice(open_ones)
            viewer.ended = self.moment()
            update("sharing_viewer", self._row(viewer), ended=viewer.ended)
            return
        person, account = self.person(), self.rng.choice(self.accounts)
        kind = self.rng.choice(["self", "carer", "advocate"])
        if any(
            v.person == person and (v.account == account or "self" == kind == v.kind)
            for v in open_ones
        ):
            return
        begins = self.moment()
        until = begins + HOUR * 300 if self.rng.random() < 0.5 else None
        chosen = frozenset() if kind == "self" else frozenset(self.rng.sample(CATEGORIES, 4))
        viewer = facts.Viewer(account, person, kind, chosen, begins, until)
        self.moments += [until] if until else []
        row = insert(
            "sharing_viewer",
            user_id=account,
            person_id=person,
            kind=kind,
            categories=sorted(chosen),
            relation="",
            proved="",
            begins=begins,
            until=until,
        )
        self._keep(viewer, row)
        self.world.viewers.append(viewer)

    def entry_held_back(self) -> None:
        """A note is held back from the person, or no longer."""
        held = [h for h in self.world.held_back if h.released is None]
        if held and self.rng.random() < 0.5:
            one = self.rng.choice(held)
            one.released = self.moment()
            update("sharing_heldback", self._row(one), released=one.released)
            return
        note, person, owner, category = self.rng.choice(self.notes)
        if any(h.note == note for h in held):
            return
        one = facts.HeldBack(note, person, self.moment())
        row = insert(
            "sharing_heldback",
            note_id=note,
            person_id=person,
            owner_id=owner,
            category=category,
            reason="",
            held_by_id=self.worker(),
            held=one.held,
            review_on=facts.day_of(self.now),
        )
        self._keep(one, row)
        self.world.held_back.append(one)

    def safety_ended(self) -> None:
        """An override is ended before its time."""
        if not self.world.overrides:
            return
        override = self.rng.choice(self.world.overrides)
        override.ended = self.moment()
        update("sharing_override", self._row(override), ended=override.ended)

    def request_arrives(self) -> None:
        """A request lands on a desk, masked or open, with a person or without."""
        desk = facts.Handling(
            self.rng.choice([*self.world.persons, None]),
            self.rng.choice([*self.world.workers, None]),
            self.rng.choice(self.agencies),
            self.rng.random() < 0.4,
            self.moment(),
        )
        number = factories.number()
        made = Handling.objects.create(
            kind="concern",
            urgency="routine",
            seen="",
            reference=f"LN-{number}",
            request_id=number,
            person_id=desk.person,
            worker_id=desk.worker,
            sender_worker_id=self.worker(),
            sender_team_id=self.teams[0],
            sender_agency_id=desk.sender_agency,
            sender_words="",
            sent=desk.arrived,
            due=desk.arrived,
            climb_at=desk.arrived,
            team_id=self.rng.choice(self.teams),
            state="received",
            masked=desk.masked,
            arrived=desk.arrived,
        )
        self._keep(desk, made.pk)
        self.world.handlings.append(desk)

    def request_moves(self) -> None:
        """It is taken, handed over, opened, closed, reopened, withdrawn, or gets its person."""
        if not self.world.handlings:
            return
        desk = self.rng.choice(self.world.handlings)
        row, what = self._row(desk), self.rng.randrange(6)
        if what == 0:
            desk.worker = self.rng.choice([*self.world.workers, None])
            update("requests_handling", row, worker_id=desk.worker)
        elif what == 1:
            desk.masked = not desk.masked
            update("requests_handling", row, masked=desk.masked)
        elif what == 2:
            desk.closed = self.moment()
            update("requests_handling", row, closed=desk.closed)
        elif what == 3:
            desk.closed = None
            update("requests_handling", row, closed=None)
        elif what == 4:
            desk.withdrawn = not desk.withdrawn
            state = "withdrawn" if desk.withdrawn else "taken"
            update("requests_handling", row, state=state)
        else:
            desk.person = self.rng.choice([*self.world.persons, None])
            update("requests_handling", row, person_id=desk.person)

    def circle_joined(self) -> None:
        """A worker joins one of the person's circles, or is asked into it."""
        person, worker, circle = self.person(), self.worker(), self.rng.choice([1, 1, 2])
        if any(
            (m.person, m.worker, m.circle) == (person, worker, circle) and m.left is None
            for m in self.world.circles
        ):
            return
        owner = self.world.workers[worker].agency
        accepted = self.moment() if self.rng.random() < 0.7 else None
        member = facts.Circle(person, worker, owner, circle, self.worker(), accepted)
        row = insert(
            "plans_circlemember",
            person_id=person,
            owner_id=owner,
            worker_id=worker,
            role_words="",
            reach_words="",
            agreed_words="",
            circle=UUID(int=circle),
            added_by_id=member.added_by,
            joined=self.now,
            accepted=accepted,
            asked_name="",
            left_words="",
        )
        self._keep(member, row)
        self.world.circles.append(member)

    def circle_accepted(self) -> None:
        """Somebody who was asked accepts; sometimes after all was over."""
        waiting = [m for m in self.world.circles if m.accepted is None]
        if not waiting:
            return
        member = self.rng.choice(waiting)
        member.accepted = self.moment()
        update("plans_circlemember", self._row(member), accepted=member.accepted)

    def circle_left(self) -> None:
        """A member steps back."""
        if not self.world.circles:
            return
        member = self.rng.choice(self.world.circles)
        member.left = self.moment()
        update("plans_circlemember", self._row(member), left=member.left)

    def is_also_worker(self) -> None:
        """A person turns out to be a worker too, or no longer."""
        person = self.person()
        taken = {w for w in self.world.persons.values() if w}
        free = [w for w in self.world.workers if w not in taken]
        account = None if self.rng.random() < 0.5 else self.rng.choice(free)
        self.world.persons[person] = account
        update("people_person", person, worker_id=account)


CATEGORIES = [int(c) for c in Category]
LEVELS = [str(level) for level in Level]
KINDS = [str(AgencyKind.LANDLORD), str(AgencyKind.TRUST), str(AgencyKind.VOLUNTARY)]
SHIPPED = factories.SHIPPED
# Weighted: what gives sight comes more often than what is rare in life.
STEPS = (
    ["consent_given"] * 4
    + ["consent_withdrawn", "consent_confirmed"] * 2
    + ["patch_given", "tenancy_starts", "case_taken"] * 2
    + ["joins_team", "worker_trained", "case_changes", "tenancy_ends", "request_moves"] * 2
    + ["leaves_team", "leaves_post", "changes_agency", "patch_handed_over", "patch_moves"]
    + ["home_moves", "opened_for_safety", "safety_ended", "request_arrives"]
    + ["opened_for_safety", "safety_authorised", "basis_recorded", "basis_changes"]
    + ["agreement_published", "agency_signs", "agency_withdraws", "worker_accepts"]
    + ["training_ended", "link_changes", "information_lead"]
    + ["viewer_let", "entry_held_back"]
    + ["circle_joined"] * 2
    + ["circle_accepted", "circle_left", "is_also_worker"]
)


def _overlap(a: facts.Span, b: facts.Span) -> bool:
    return (a.start is None or b.end is None or a.start < b.end) and (
        b.start is None or a.end is None or b.start < a.end
    )


def _ended(of: facts.Span, when: datetime) -> facts.Span | None:
    """The span ended at the moment, if that makes it shorter and leaves something of it."""
    if of.holds(when) and of.start != when:
        return facts.Span(of.start, when)
    return None
