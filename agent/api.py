"""The HTTP server: every route, what surrounds them, and the routes that belong to the server itself.

Knows FastAPI; nothing of what the routes answer.
"""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles

from agent import routes_govern, routes_look, routes_turns
from agent.access import Served
from agent.app import App
from agent.metrics import Metrics
from agent.problems import MEDIA_TYPE, install_problems, problem_body
from agent.rim import BodyCeiling, Counted

ABOUT = "The memory and conversation engine that picks up where the customer left off."
ROUTERS = (routes_turns.router, routes_govern.router, routes_look.router)
CONSOLE = Path(__file__).parent / "console"
_SAFE = {"Content-Security-Policy": "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'", "X-Content-Type-Options": "nosniff"}


def create_api(app: App) -> FastAPI:
    """The ASGI application around an app that somebody else starts and closes."""
    api = FastAPI(title="Throughline", version=version("throughline"), description=ABOUT, docs_url=None, redoc_url=None)
    api.state.throughline = app
    install_problems(api)
    for router in ROUTERS:
        api.include_router(router)
    _add_own_routes(api, app.metrics)
    api.mount("/console", StaticFiles(directory=CONSOLE), name="console")
    api.add_middleware(BodyCeiling)
    api.add_middleware(Counted, metrics=app.metrics)
    return api


def _add_own_routes(api: FastAPI, metrics: Metrics) -> None:
    @api.get("/healthz", tags=["server"])
    async def healthz() -> Mapping[str, str]:
        """The process is alive."""
        return {"status": "alive"}

    @api.get("/readyz", tags=["server"])
    async def readyz(app: Served) -> Response:
        """Models are loaded and stores answer; otherwise what is missing."""
        missing = await app.missing()
        if not missing:
            return JSONResponse({"status": "ready"})
        body = problem_body(503, "; ".join(f"{name}: {state}" for name, state in missing.items()))
        return JSONResponse({**body, "missing": missing}, 503, media_type=MEDIA_TYPE, headers={"Retry-After": "2"})

    @api.get("/metrics", tags=["server"])
    async def prometheus() -> Response:
        """Counts and times, for Prometheus."""
        return Response(metrics.text(), media_type="text/plain; version=0.0.4")

    @api.get("/", include_in_schema=False)
    async def console() -> Response:
        return FileResponse(CONSOLE / "index.html", headers=_SAFE)

    @api.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return FileResponse(CONSOLE / "docs.html", headers=_SAFE)

    @api.get("/favicon.ico", include_in_schema=False)
    async def favicon() -> Response:
        return RedirectResponse("/console/icon.svg")
