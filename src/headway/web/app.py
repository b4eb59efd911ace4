"""The pages and their addresses: Track, Plan, Pipeline, Revenue, Assumptions, Data, one number; tables as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from headway import __version__
from headway.core.belief import Register
from headway.core.explanation import Explanation
from headway.core.record import Record
from headway.core.review import Review
from headway.web import assumptions, pages, why
from headway.web.data_desk import DataDesk
from headway.web.desk import Desk, file, table
from headway.web.guard import LOCAL_NAMES, Guard
from headway.web.notes import NotesDesk
from headway.web.picture import as_png
from headway.web.pipeline_desk import PipelineDesk
from headway.web.plan_desk import PlanDesk
from headway.web.plan_saving import SaveDesk
from headway.web.query import ASSUMPTIONS_WORDS, TRACK_WORDS, WHY_WORDS, Asked
from headway.web.revenue_desk import RevenueDesk
from headway.web.source import Source, Trouble
from headway.web.tornado import tornado

READ = ["GET", "HEAD"]


def create_app(source: Source, hosts: Sequence[str] = LOCAL_NAMES) -> FastAPI:
    """The pages of one project, for requests that name one of these hosts."""
    app = FastAPI(title="Headway", version=__version__, docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, hosts=hosts)
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
    desk = Desk(source)
    front, plan, saving, notes = FrontDesk(desk), PlanDesk(desk), SaveDesk(desk), NotesDesk(desk)
    pipeline, revenue, data = PipelineDesk(desk), RevenueDesk(desk), DataDesk(desk)
    app.add_api_route("/healthz", _health, methods=READ)
    app.add_api_route("/", front.track, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/plan", plan.page, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/plan/what-if", plan.what_if, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/plan/save", saving.show, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/plan/save", saving.save, methods=["POST"], response_class=HTMLResponse)
    app.add_api_route("/plan/{name}.csv", plan.table, methods=READ)
    app.add_api_route("/plan/{name}.png", plan.picture, methods=READ)
    app.add_api_route("/pipeline", pipeline.page, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/pipeline/{name}.csv", pipeline.table, methods=READ)
    app.add_api_route("/pipeline/{name}.png", pipeline.picture, methods=READ)
    app.add_api_route("/revenue", revenue.page, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/revenue/reconciliation", revenue.reconciliation, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/revenue/{name}.csv", revenue.table, methods=READ)
    app.add_api_route("/revenue/{name}.png", revenue.picture, methods=READ)
    app.add_api_route("/assumptions", front.assumptions, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/assumptions/register.csv", front.register, methods=READ)
    app.add_api_route("/assumptions/tornado.csv", front.risk, methods=READ)
    app.add_api_route("/assumptions/tornado.png", front.tornado, methods=READ)
    app.add_api_route("/notes", notes.show, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/notes", notes.keep, methods=["POST"], response_class=HTMLResponse)
    app.add_api_route("/data", data.page, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/data/readiness", data.readiness, methods=READ, response_class=HTMLResponse)
    app.add_api_route("/data/pace.png", front.picture, methods=READ)
    app.add_api_route("/data/{name}.csv", data.table, methods=READ)
    app.add_api_route("/why/{metric}/{part}.csv", front.records, methods=READ)
    app.add_api_route("/why/{metric}", front.why, methods=READ, response_class=HTMLResponse)
    app.add_exception_handler(HTTPException, desk.refused)
    app.add_exception_handler(Exception, desk.failed)
    return app


def _health() -> Response:
    return JSONResponse({"status": "ok", "version": __version__})


class FrontDesk:
    """Answers for the pages that only show: Track, Assumptions, and one number."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._source = desk.source

    def track(self, request: Request) -> Response:
        """The Track page, or what has to be done before there is one."""
        asked = self._desk.asked(request, TRACK_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._desk.review(asked)
        if isinstance(found, Review):
            taken = self._desk.ask(self._source.acknowledged)
            known: Mapping[str, Record] = {} if isinstance(taken, tuple) else taken
            return self._desk.drawn(
                request, found, lambda: pages.track_page(found, asked, self._source, known), dict(known)
            )
        if asked == Asked() and self._desk.waits:
            return HTMLResponse(pages.empty_page(asked, self._source, found))
        return self._desk.mistaken(found)

    def assumptions(self, request: Request) -> Response:
        """The register of what the plan assumes."""
        asked = self._desk.asked(request, ASSUMPTIONS_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._register(asked)
        if isinstance(found, Register):
            return self._desk.drawn(request, found, lambda: assumptions.page(found, asked, self._source))
        if asked == Asked() and self._desk.waits:
            return HTMLResponse(pages.empty_page(asked, self._source, found, "assumptions"))
        return self._desk.mistaken(found)

    def register(self, request: Request) -> Response:
        """The register as a file."""
        found = self._asked_register(request)
        if isinstance(found, Response):
            return found
        return table(assumptions.as_rows(found), f"assumptions-{found.as_of}.csv")

    def risk(self, request: Request) -> Response:
        """What each assumption moves the plan's figure by, as a file."""
        found = self._asked_register(request)
        return found if isinstance(found, Response) else table(found.risk, f"tornado-{found.as_of}.csv")

    def tornado(self, request: Request) -> Response:
        """The tornado as a picture."""
        found = self._asked_register(request)
        if isinstance(found, Response):
            return found
        drawn = tornado(found)
        if drawn is None:
            return self._desk.missing("no assumption moves the plan's figure", "the register is at /assumptions")
        return file(as_png(drawn.wide), f"tornado-{found.as_of}.png", "image/png")

    def why(self, request: Request, metric: str) -> Response:
        """One number taken apart."""
        asked = self._desk.asked(request, WHY_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        told, review = self._explanation(metric, asked), self._desk.review(asked)
        known = review if isinstance(review, Review) else None
        if known and asked.kind == "plan":
            told = why.planned(metric, known, asked.period, told)
        if not isinstance(told, Explanation):
            return self._desk.mistaken(told)
        return HTMLResponse(pages.why_page(told, known, asked, self._source))

    def picture(self, request: Request) -> Response:
        """The Track page's chart as a picture."""
        asked = self._desk.asked(request, TRACK_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        found = self._desk.review(asked)
        if not isinstance(found, Review):
            return self._desk.mistaken(found)
        drawn = pages.track_drawing(found)
        if drawn is None:
            return self._desk.missing("there is nothing to draw yet", "the Track page is at /")
        return file(as_png(drawn), f"pace-{found.as_of}.png", "image/png")

    def records(self, request: Request, metric: str, part: str) -> Response:
        """The records behind a number as a file."""
        asked = self._desk.asked(request, WHY_WORDS)
        if not isinstance(asked, Asked):
            return self._desk.mistaken(asked)
        told = self._explanation(metric, asked)
        if not isinstance(told, Explanation):
            return self._desk.mistaken(told)
        if not (part.isdecimal() and int(part) < len(told.parts)):
            return self._desk.missing(
                f"'{metric}' has no records numbered '{part}'", "open the number's page and follow its link"
            )
        return table(told.parts[int(part)][1], "records.csv")

    def _asked_register(self, request: Request) -> Register | Response:
        asked = self._desk.asked(request, ASSUMPTIONS_WORDS)
        found = self._register(asked) if isinstance(asked, Asked) else asked
        return found if isinstance(found, Register) else self._desk.mistaken(found)

    def _register(self, asked: Asked) -> Register | Trouble:
        return self._desk.ask(lambda: self._source.register(asked.as_of, asked.plan))

    def _explanation(self, metric: str, asked: Asked) -> Explanation | Trouble:
        if asked.kind == "plan":
            return self._desk.ask(lambda: self._source.explain_planned(metric, asked.period, asked.plan))
        return self._desk.ask(lambda: self._source.explain(metric, asked.period, asked.where, asked.as_of, asked.plan))
