"""The JSON of the webhook gym."""

from typing import Literal

from pydantic import BaseModel

from app.web.api.types import AnyText, OptionalBody


class WebhookTestBody(OptionalBody):
    """Without shopId, the default shop."""

    shopId: AnyText | None = None


class WebhookTestPath(BaseModel):
    test_id: str


class WebhookTestAnswer(BaseModel):
    """What the receiver answered to one webhook. status: null when there was no answer; reason then says why."""

    status: int | None
    reason: str | None
    durationMs: int


class WebhookExercise(BaseModel):
    """verdict: unproven where only the receiver's own word could show that it was done right. problem: what was wrong,
    as a word and (message) a sentence. advice: what to do; null where nothing is to be done."""

    name: str
    title: str
    verdict: Literal["passed", "failed", "unproven", "not_run"]
    problem: str | None
    message: str | None
    advice: str | None
    answers: list[WebhookTestAnswer]


class WebhookTest(BaseModel):
    """verdict, exercises: null and empty until status is done."""

    success: Literal[True] = True
    id: str
    shopId: str
    url: str
    status: Literal["running", "done"]
    verdict: Literal["passed", "failed", "unproven"] | None
    exercises: list[WebhookExercise]
    createdAt: str
    endedAt: str | None
