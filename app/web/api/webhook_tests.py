"""The webhook gym over REST: ask for a run, read its report."""

from typing import Any

from flask_openapi import APIBlueprint

from app import clock
from app.clock import to_wire
from app.errors import NotFound, TestKeyRequired
from app.shops.queries import shop_of_holder
from app.web.api import webhook_test_schemas as schemas
from app.web.api.auth import caller
from app.web.api.errors import language_of_caller
from app.web.api.idempotency import repeated_id
from app.web.api.limits import limit_by
from app.web.api.webhook_test_schemas import WebhookTestBody, WebhookTestPath
from app.web.api.webhook_test_texts import EXERCISES, PROBLEMS
from app.webhooks.gym.judge import FAILED, NOT_RUN, PASSED, UNPROVEN
from app.webhooks.gym.models import WebhookTest
from app.webhooks.gym.runs import ask_for_test, test_of_holder

TESTS_A_MINUTE = 5

blueprint = APIBlueprint("api_webhook_tests", __name__, url_prefix="/api/webhooks/test")


@blueprint.post("", responses={202: schemas.WebhookTest})
def ask(body: WebhookTestBody) -> tuple[dict[str, Any], int]:
    """Try a shop's webhook receiver with awkward events"""
    shop_id = _own_shop(body.shopId)
    if caller().livemode:
        raise TestKeyRequired()
    limit_by("webhook_test", shop_id, TESTS_A_MINUTE)
    asked = ask_for_test(shop_id=shop_id, test_id=repeated_id("wht"), now=clock.now())
    return _report(asked), 202


@blueprint.get("/<test_id>", responses={200: schemas.WebhookTest})
def read(path: WebhookTestPath) -> dict[str, Any]:
    """Read the report of a webhook test, in the language of Accept-Language"""
    test = test_of_holder(path.test_id, caller())
    if test is None:
        raise NotFound("webhook_test_not_found", testId=path.test_id[:100], field="testId")
    return _report(test)


def _own_shop(shop_id: str | None) -> str:
    """Raises NotFound for a shop that the key does not see."""
    wanted = shop_id if shop_id is not None else caller().default_shop_id
    if wanted is None or shop_of_holder(wanted, caller()) is None:
        raise NotFound("invalid_shop", shopId=(wanted or "")[:100], field="shopId")
    return wanted


def _report(test: WebhookTest) -> dict[str, Any]:
    results = test.results or []
    return schemas.WebhookTest(
        id=test.id,
        shopId=test.shop_id,
        url=test.url,
        status="done" if test.ended_at else "running",
        verdict=_verdict([one["verdict"] for one in results]) if test.ended_at else None,  # type: ignore[arg-type]  # one of them
        exercises=[_exercise(one, korean=language_of_caller() == "ko") for one in results],
        createdAt=to_wire(test.created_at),
        endedAt=to_wire(test.ended_at) if test.ended_at else None,
    ).model_dump()


def _verdict(verdicts: list[str]) -> str:
    """What was not run proves nothing."""
    if FAILED in verdicts:
        return FAILED
    return UNPROVEN if {UNPROVEN, NOT_RUN} & set(verdicts) else PASSED


def _exercise(result: dict[str, Any], *, korean: bool) -> schemas.WebhookExercise:
    told, problem = EXERCISES[result["name"]], result["problem"]
    return schemas.WebhookExercise(
        name=result["name"],
        title=told.title[korean],
        verdict=result["verdict"],
        problem=problem,
        message=PROBLEMS[problem][korean] if problem else None,
        advice=told.advice[korean] if problem else None,
        answers=[schemas.WebhookTestAnswer.model_validate(one) for one in result["answers"]],
    )
