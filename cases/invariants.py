"""What must always hold of all cases: a table of questions whose answer is the rows that break them.

Asked by the `invariants` command under the role that may only read, and by tests after whatever they did.
"""

from collections.abc import Iterator

from django.db import connection

from cases import terms, workflow

CLOSED = "c.state = 'CLOSED'"
OWED = "o.state IN ('open', 'disputed') AND c.state IN ('EFFECTIVE', 'FULFILLING', 'BREACHED')"
PAYS = ", ".join(f"'{kind}'" for kind in terms.MONEY)
# name: (what is counted, which of them break it); both are SQL over one row a case or a line.
INVARIANTS: dict[str, tuple[str, str]] = {
    "amount_is_sum_of_live_deductions": (
        "SELECT c.number FROM cases_case c WHERE c.state <> 'CLOSED'",
        """SELECT c.number FROM cases_case c WHERE c.state <> 'CLOSED' AND c.amount <> COALESCE((SELECT sum(l.amount)
           FROM cases_line l WHERE l.case_id = c.id AND l.is_live AND l.kind = 'DEDUCTION'), 0)""",
    ),
    "recovered_is_sum_of_refunded": (
        "SELECT c.number FROM cases_case c",
        """SELECT c.number FROM cases_case c WHERE c.recovered <> COALESCE((SELECT sum(l.refunded)
           FROM cases_line l WHERE l.case_id = c.id), 0)""",
    ),
    "refunded_is_sum_of_confirmed_parts": (
        "SELECT l.id::text FROM cases_line l",
        """SELECT c.number FROM cases_line l JOIN cases_case c ON c.id = l.case_id WHERE l.refunded <> COALESCE((
           SELECT sum(p.amount) FROM cases_refundedline p JOIN cases_refund r ON r.id = p.refund_id
           WHERE p.line_id = l.id AND r.is_confirmed), 0)""",
    ),
    "a_refund_is_spread_whole": (
        "SELECT r.id::text FROM cases_refund r WHERE r.is_confirmed",
        """SELECT c.number FROM cases_refund r JOIN cases_case c ON c.id = r.case_id WHERE r.is_confirmed
           AND r.amount <> COALESCE((SELECT sum(p.amount) FROM cases_refundedline p WHERE p.refund_id = r.id), 0)""",
    ),
    "a_statement_line_is_in_one_open_case": (
        "SELECT DISTINCT l.statement_line_id::text FROM cases_line l WHERE l.statement_line_id IS NOT NULL AND l.is_live",
        """SELECT min(c.number) FROM cases_line l JOIN cases_case c ON c.id = l.case_id
           WHERE l.is_live AND l.statement_line_id IS NOT NULL GROUP BY l.statement_line_id HAVING count(*) > 1""",
    ),
    "closed_has_an_outcome_and_open_has_none": (
        "SELECT c.number FROM cases_case c",
        f"SELECT c.number FROM cases_case c WHERE ({CLOSED}) <> (c.outcome <> '')",
    ),
    "a_closed_case_waits_for_nothing": (
        f"SELECT c.number FROM cases_case c WHERE {CLOSED}",
        f"""SELECT c.number FROM cases_case c WHERE {CLOSED} AND (
            EXISTS (SELECT 1 FROM cases_deadline d WHERE d.case_id = c.id AND d.state = 'running')
            OR EXISTS (SELECT 1 FROM cases_timer t WHERE t.case_id = c.id AND t.state = 'pending')
            OR EXISTS (SELECT 1 FROM cases_actrequest r WHERE r.case_id = c.id AND r.state = 'pending')
            OR EXISTS (SELECT 1 FROM cases_line l WHERE l.case_id = c.id AND l.is_live))""",
    ),
    "a_timer_waits_for_a_running_clock": (
        "SELECT t.id::text FROM cases_timer t WHERE t.state = 'pending'",
        """SELECT c.number FROM cases_timer t JOIN cases_deadline d ON d.id = t.deadline_id
           JOIN cases_case c ON c.id = t.case_id WHERE t.state = 'pending' AND d.state <> 'running'
           AND NOT (d.state = 'expired' AND starts_with(t.step, 'after:'))""",  # some go on reminding after their end
    ),
    "every_live_line_of_an_open_case_has_its_limitation": (
        """SELECT l.id::text FROM cases_line l JOIN cases_case c ON c.id = l.case_id
           WHERE l.is_live AND c.state NOT IN ('DRAFT', 'CLOSED')""",
        """SELECT c.number FROM cases_line l JOIN cases_case c ON c.id = l.case_id
           WHERE l.is_live AND c.state NOT IN ('DRAFT', 'CLOSED') AND NOT EXISTS (
             SELECT 1 FROM cases_deadline d WHERE d.case_id = c.id AND d.code = 'CK-LIM' AND d.subject_id = l.id
             AND d.state IN ('running', 'expired'))""",
    ),
    "the_chain_has_no_gap": (
        "SELECT c.number FROM cases_case c",
        """SELECT c.number FROM cases_case c WHERE c.version <> (SELECT count(*) FROM cases_event e WHERE e.case_id = c.id)
           OR c.version <> (SELECT COALESCE(max(e.seq), 0) FROM cases_event e WHERE e.case_id = c.id)
           OR c.last_hash <> (SELECT e.hash FROM cases_event e WHERE e.case_id = c.id ORDER BY e.seq DESC LIMIT 1)""",
    ),
    "a_case_has_its_claimant_as_party": (
        "SELECT c.number FROM cases_case c",
        """SELECT c.number FROM cases_case c WHERE NOT EXISTS (SELECT 1 FROM cases_party p WHERE p.case_id = c.id
           AND p.organisation_id = c.merchant_id AND p.role = 'claimant')""",
    ),
    "private_rows_belong_to_a_side": (
        "SELECT e.id::text FROM cases_event e WHERE e.private_to IS NOT NULL",
        """SELECT c.number FROM cases_event e JOIN cases_case c ON c.id = e.case_id WHERE e.private_to IS NOT NULL
           AND e.private_to NOT IN (c.merchant_id, COALESCE(c.provider_id, c.merchant_id),
                                    COALESCE(c.outsourcer_id, c.merchant_id))""",
    ),
    "what_arrived_says_when": (
        "SELECT l.id::text FROM cases_letter l WHERE l.state = 'arrived'",
        """SELECT c.number FROM cases_letter l JOIN cases_case c ON c.id = l.case_id
           WHERE (l.state = 'arrived') <> (l.arrived_at IS NOT NULL)""",
    ),
    "an_offer_is_live_only_while_its_answer_is_awaited": (
        "SELECT o.id::text FROM cases_offer o WHERE o.state = 'live'",
        """SELECT c.number FROM cases_case c WHERE (SELECT count(*) FROM cases_offer o WHERE o.case_id = c.id
           AND o.state = 'live') <> CASE WHEN c.state = 'OFFER_PENDING' THEN 1 ELSE 0 END""",
    ),
    "a_case_under_an_agreement_has_one_in_effect": (
        "SELECT c.number FROM cases_case c WHERE c.state IN ('EFFECTIVE', 'FULFILLING', 'BREACHED')",
        """SELECT c.number FROM cases_case c WHERE c.state IN ('EFFECTIVE', 'FULFILLING', 'BREACHED') AND NOT EXISTS (
           SELECT 1 FROM cases_agreement a WHERE a.case_id = c.id AND a.state = 'effective' AND a.effective_at IS NOT NULL)""",
    ),
    "fulfilled_leaves_nothing_owed": (
        "SELECT c.number FROM cases_case c WHERE c.state = 'FULFILLED'",
        f"""SELECT c.number FROM cases_case c WHERE c.state = 'FULFILLED' AND (
             EXISTS (SELECT 1 FROM cases_obligation o WHERE o.case_id = c.id AND o.debtor = 'provider'
                     AND o.kind IN ({PAYS}) AND o.state NOT IN ('confirmed', 'cancelled'))
             OR NOT EXISTS (SELECT 1 FROM cases_agreement a WHERE a.case_id = c.id AND a.state = 'effective')
             AND EXISTS (SELECT 1 FROM cases_line l WHERE l.case_id = c.id AND l.is_live AND l.refunded < l.amount))""",
    ),
    "what_was_paid_back_by_agreement_was_seen": (
        "SELECT o.id::text FROM cases_obligation o WHERE o.state = 'confirmed' AND o.amount IS NOT NULL",
        f"""SELECT c.number FROM cases_case c WHERE (SELECT COALESCE(sum(o.amount), 0) FROM cases_obligation o
            WHERE o.case_id = c.id AND o.state = 'confirmed' AND o.debtor = 'provider' AND o.kind IN ({PAYS}))
            > (SELECT COALESCE(sum(r.amount), 0) FROM cases_refund r WHERE r.case_id = c.id AND r.is_confirmed)""",
    ),
    "an_obligation_that_is_owed_has_its_clock": (
        f"SELECT o.id::text FROM cases_obligation o JOIN cases_case c ON c.id = o.case_id WHERE {OWED}",
        f"""SELECT c.number FROM cases_obligation o JOIN cases_case c ON c.id = o.case_id WHERE {OWED} AND NOT EXISTS (
            SELECT 1 FROM cases_deadline d WHERE d.case_id = c.id AND d.code = 'CK-OBL' AND d.subject_id = o.id
            AND d.due_at = o.due_at AND d.state IN ('running', 'expired'))""",
    ),
    "what_is_done_says_when_and_by_whom": (
        "SELECT o.id::text FROM cases_obligation o WHERE o.state IN ('proven', 'confirmed')",
        """SELECT c.number FROM cases_obligation o JOIN cases_case c ON c.id = o.case_id
           WHERE (o.state IN ('proven', 'confirmed') AND o.done_on IS NULL)
           OR (o.state = 'confirmed') <> (o.confirmed_at IS NOT NULL)""",
    ),
    "the_next_deadline_is_the_earliest": (
        "SELECT c.number FROM cases_case c",
        """SELECT c.number FROM cases_case c WHERE c.next_due_at IS DISTINCT FROM (SELECT min(d.due_at)
           FROM cases_deadline d WHERE d.case_id = c.id AND d.state = 'running' AND d.code <> 'CK-LIM')""",
    ),
    "every_state_is_in_the_table": (
        "SELECT c.number FROM cases_case c",
        "SELECT c.number FROM cases_case c WHERE c.state NOT IN ({})".format(
            ", ".join(f"'{state}'" for state in workflow.STATES)
        ),
    ),
}


def ask() -> Iterator[dict]:
    """Each invariant with how many rows were checked and which cases break it (at most ten are named)."""
    with connection.cursor() as cursor:
        for name, (counted, broken) in INVARIANTS.items():
            cursor.execute(f"SELECT (SELECT count(*) FROM ({counted}) x), ARRAY({broken})")
            checked, found = cursor.fetchone()
            yield {"name": name, "checked": checked, "broken": len(found), "examples": found[:10]}
