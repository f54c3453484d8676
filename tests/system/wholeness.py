"""What must hold in the database after any kill: nothing half there, nothing lost, nothing twice.

Each statement finds faults: rows of words that say what is wrong. Those of requests look at what
was written with a mark (`tests.system.writing`), since the invented history has no jobs or events.
"""

import psycopg

# The requests of this test, with what each must have.
OURS = "WITH ours AS (SELECT * FROM requests_request WHERE seen LIKE 'mark-%')"
EVENTS = """
 SELECT count(*) FROM kernel_event e
 WHERE e.subject_kind = 'request' AND e.subject_id = r.id::text AND e.verb = """

HALF_THERE = {
    "a request without its event, or with two": f"""{OURS}
        SELECT r.reference FROM ours r WHERE ({EVENTS} 'requests.sent') <> 1""",
    "a request about somebody without its line in the access record": f"""{OURS}
        SELECT r.reference FROM ours r WHERE person_id IS NOT NULL AND (
            SELECT count(*) FROM kernel_access a
            WHERE a.request_ref = r.reference AND a.verb = 'disclosed'
              AND a.person_id = r.person_id AND a.worker_id = r.sender_id) <> 1""",
    "a request without its answer for a repeat": f"""{OURS}
        SELECT r.reference FROM ours r WHERE (
            SELECT count(*) FROM kernel_once o
            WHERE o.scope = 'requests.send' AND o.response = to_jsonb(r.id)) <> 1""",
    "a key without an answer": "SELECT scope, key FROM kernel_once WHERE response IS NULL",
    "a withdrawal without its event, or an event without it": f"""{OURS}
        SELECT r.reference FROM ours r
        WHERE ({EVENTS} 'requests.withdrawn') <> (r.state = 'withdrawn')::int
           OR (r.state = 'withdrawn') <> (r.withdrawn_words <> '')""",
    "a desk whose steps don't add up to its version": f"""{OURS}
        SELECT h.reference, h.version FROM ours r JOIN requests_handling h ON h.request_id = r.id
        WHERE h.version <> (
            SELECT count(*) FROM requests_step s WHERE s.request_id = r.id)""",
    "a desk in another state than its last step left it": f"""{OURS}
        SELECT h.reference, h.state FROM ours r JOIN requests_handling h ON h.request_id = r.id
        WHERE h.state <> (SELECT s.to_state FROM requests_step s
                          WHERE s.request_id = r.id ORDER BY s.id DESC LIMIT 1)""",
    "a step without its event, or an event without its step": f"""{OURS}
        SELECT r.reference FROM ours r
        WHERE (SELECT count(*) FROM requests_step s WHERE s.request_id = r.id) <> (
            SELECT count(*) FROM kernel_event e
            WHERE e.subject_kind = 'request' AND e.subject_id = r.id::text AND e.verb <> ALL
              (ARRAY['requests.sent', 'requests.added_to', 'requests.written'])
              AND NOT (e.verb = 'requests.withdrawn' AND e.actor_worker_id IS NOT NULL))""",
    "a decision without its notice, or a notice without a decision": f"""{OURS}
        SELECT h.reference FROM ours r JOIN requests_handling h ON h.request_id = r.id
        WHERE (h.decided IS NOT NULL)::int <> (SELECT count(*) FROM requests_notice n
            WHERE n.request_id = r.id AND n.code = 'decided')""",
    "a decision without the message that tells of it": f"""{OURS}
        SELECT h.reference FROM ours r JOIN requests_handling h ON h.request_id = r.id
        WHERE h.decided IS NOT NULL AND (SELECT count(*) FROM kernel_message m
            WHERE m.link = '/requests/sent/' || r.reference || '/') < 1""",
    "a note on a desk without its event": f"""{OURS}
        SELECT r.reference FROM ours r WHERE ({EVENTS} 'requests.written') <> (
            SELECT count(*) FROM requests_message m
            WHERE m.request_id = r.id AND NOT m.from_sender)""",
    "something added without its event": f"""{OURS}
        SELECT r.reference FROM ours r WHERE ({EVENTS} 'requests.added_to') <> (
            SELECT count(*) FROM requests_message m
            WHERE m.request_id = r.id AND m.from_sender AND m.to_other_side)""",
    "a note without its event": """
        SELECT n.id::text FROM people_note n WHERE n.words LIKE 'mark-%' AND (
            SELECT count(*) FROM kernel_event e
            WHERE e.subject_kind = 'note' AND e.subject_id = n.id::text) <> 1""",
    "a consent without its event or without what was said to each thing": """
        SELECT c.id::text FROM sharing_consent c WHERE c.explained_words LIKE 'mark-%' AND (
            NOT EXISTS (SELECT FROM sharing_consentline l WHERE l.consent_id = c.id)
            OR (SELECT count(*) FROM kernel_event e WHERE e.verb = 'consent.recorded'
                AND e.subject_kind = 'consent' AND e.subject_id = c.id::text) <> 1)""",
    "a message without the job that sends it": """
        SELECT m.id::text, m.state FROM kernel_message m
        WHERE m.state = 'queued' AND NOT EXISTS (
            SELECT FROM procrastinate_jobs j WHERE j.task_name = 'lintel.send_message'
              AND j.args ->> 'message_id' = m.id::text AND j.status IN ('todo', 'doing'))""",
    "a job for a message that isn't there": """
        SELECT j.args ->> 'message_id' FROM procrastinate_jobs j
        WHERE j.task_name = 'lintel.send_message' AND NOT EXISTS (
            SELECT FROM kernel_message m WHERE m.id::text = j.args ->> 'message_id')""",
    "sight that doesn't follow from its sources": """
        SELECT fault, worker::text, person::text FROM sight_differences()""",
}

# When the jobs have run.
NOT_DONE = {
    "a request on no desk, or on two": f"""{OURS}
        SELECT r.reference FROM ours r WHERE (
            SELECT count(*) FROM requests_handling h WHERE h.request_id = r.id
        ) <> 1 AND r.state <> 'withdrawn'""",
    "an arrival that isn't told once": f"""{OURS}
        SELECT r.reference FROM ours r JOIN requests_handling h ON h.request_id = r.id
        WHERE ({EVENTS} 'requests.arrived') <> 1
           OR (SELECT count(*) FROM requests_step s
               WHERE s.request_id = r.id AND s.verb = 'arrive') <> 1
           OR (SELECT count(*) FROM requests_notice n
               WHERE n.request_id = r.id AND n.code = 'received') <> 1""",
    # What was added before the request came to the desk is there when it comes.
    "what a sender added, not once on the desk": f"""{OURS}
        SELECT r.reference FROM ours r JOIN requests_handling h ON h.request_id = r.id,
          LATERAL (SELECT count(*) AS taken FROM requests_step s
            WHERE s.request_id = r.id AND s.verb IN ('inform', 'answer', 'reopen')) steps,
          LATERAL (SELECT count(*) AS all_of, count(*) FILTER (WHERE m.at > h.arrived
              AND m.at < coalesce(r.withdrawn, 'infinity')) AS due
            FROM requests_message m
            WHERE m.request_id = r.id AND m.from_sender AND m.to_other_side) added
        WHERE steps.taken NOT BETWEEN added.due AND added.all_of""",
    "a desk that works on what was withdrawn": f"""{OURS}
        SELECT h.reference FROM ours r JOIN requests_handling h ON h.request_id = r.id
        WHERE r.state = 'withdrawn' AND h.state NOT IN ('withdrawn', 'closed', 'active',
            'decided')""",
    "a message that didn't go": """
        SELECT id::text, state, last_error FROM kernel_message WHERE state <> 'sent'""",
    # Upkeep, which has a lock, comes round again.
    "a job that is stuck or failed": """
        SELECT task_name, status::text, args::text FROM procrastinate_jobs
        WHERE queueing_lock IS NULL AND status IN ('failed', 'doing')""",
}


def faults(behind: psycopg.Connection, *sorts: dict[str, str]) -> list[str]:
    """All faults of these sorts, in words; none if all is well."""
    found = []
    for sort in sorts:
        for words, statement in sort.items():
            rows = behind.execute(statement).fetchall()  # type: ignore[arg-type]
            found += [f"{words}: {' '.join(map(str, row))}" for row in rows]
    return found
