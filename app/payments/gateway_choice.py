"""Choose the gateway of a new attempt: what the shop set up and wants, what has failed, which gateways are sick."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog

from app.errors import Conflict
from app.gateways import GATEWAYS
from app.gateways.receipts import SelfIssue
from app.ids import shortened
from app.payments.health import claim_probe, sick_gateways
from app.payments.methods import METHODS, Method
from app.payments.models import CheckoutSession
from app.payments.queries import gateways_that_failed
from app.payments.routing import Candidate, Chosen, Decision, able, decide
from app.shops.queries import Contract, contracts_of_shop

log = structlog.get_logger()


class MethodNotAvailable(Conflict):
    code = "payment_method_unavailable"


def methods_offered(session: CheckoutSession) -> list[Method]:
    """The ways to pay that one of the shop's gateways has and the merchant did not exclude."""
    contracts = contracts_of_shop(session.shop_id, livemode=session.livemode)
    available = frozenset().union(*(contract.methods for contract in contracts))
    wanted = session.payment_methods or list(METHODS)
    return [method for key, method in METHODS.items() if key in wanted and key in available]


def receipts_issue_themselves(session: CheckoutSession) -> bool:
    """Whether a cash receipt that the buyer does not ask for is issued at whichever gateway the payment goes to."""
    contracts = [one for one in contracts_of_shop(session.shop_id, livemode=session.livemode) if one.enabled]
    cash = [one for one in contracts if any(METHODS[key].is_cash for key in one.methods)]
    return all(GATEWAYS[one.gateway].self_issue is not SelfIssue.BY_HAND for one in cash)


def choose_gateway(
    session: CheckoutSession, method: str, *, now: datetime, refused: Collection[str] = ()
) -> tuple[Contract, Decision]:
    """Where this payment goes, and why. The caller holds the transaction: to try a sick gateway is a claim.

    refused: gateways that this very payment could not be sent to just now.
    What has failed and what is sick is asked only where there is a choice. Raises MethodNotAvailable.
    """
    contracts = contracts_of_shop(session.shop_id, livemode=session.livemode)
    candidates = [_candidate(contract) for contract in contracts]
    wanted = method in (session.payment_methods or METHODS)
    choices = able(candidates, method, refused=refused) if wanted else []
    if not choices:
        raise MethodNotAvailable(method=method)
    decision = None
    if len(choices) == 1:
        decision = decide(candidates, method=method, seed=session.id, refused=refused)
    else:
        accounts = {one.gateway: one.account_id for one in contracts}
        decision = _decide(session, candidates, accounts, method, refused, now)
    assert decision is not None
    chosen = next(one for one in contracts if one.gateway == decision.gateway)
    if decision.reason in (Chosen.PROBE, Chosen.LEAST_SICK) or refused:
        log.warning(
            "attempt.routed", session=shortened(session.id), gateway=chosen.gateway, reason=decision.reason
        )
    return chosen, decision


def _decide(
    session: CheckoutSession,
    candidates: list[Candidate],
    accounts: dict[str, str],
    method: str,
    refused: Collection[str],
    now: datetime,
) -> Decision | None:
    sick, rows = sick_gateways(accounts, method=method, livemode=session.livemode, now=now)
    again = partial(
        decide,
        candidates,
        method=method,
        seed=session.id,
        failed=gateways_that_failed(session.id),
        refused=refused,
    )
    decision = again(sick=sick)
    if decision and decision.reason == Chosen.PROBE and not claim_probe(rows[decision.gateway], now=now):
        taken = replace(sick[decision.gateway], may_probe=False)
        return again(sick={**sick, decision.gateway: taken})
    return decision


def _candidate(contract: Contract) -> Candidate:
    return Candidate(
        gateway=contract.gateway,
        methods=GATEWAYS[contract.gateway].methods,
        priority=contract.priority,
        weight=contract.weight,
        enabled=contract.enabled,
        methods_off=contract.methods_off,
    )
