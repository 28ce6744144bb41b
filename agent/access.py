"""Who may do what: the key of a request gives its tenant and scopes, and every customer of a route is looked up within that tenant.

Knows keys, tenants and the paths' ids; nothing of what routes do. A route without one of these dependencies is open to anybody.
"""

from collections.abc import Awaitable, Callable
from typing import Annotated, cast
from urllib.parse import urlsplit

from fastapi import Depends, Path, Request

from agent.api_models import MAX_NAME
from agent.app import App
from agent.keys import SCOPES, Grant, KeyScope
from agent.problems import Problem, not_found
from agent.settings import is_loopback
from graph.model import CustomerId, Scope, TenantId

Id = Annotated[str, Path(min_length=1, max_length=MAX_NAME)]


def app_of(request: Request) -> App:
    return cast(App, request.app.state.throughline)


Served = Annotated[App, Depends(app_of)]


def _granted(request: Request) -> Grant:
    """Raises Problem: 401 for a missing or unknown key, 403 for a page elsewhere that uses the browser of somebody on this machine."""
    app = app_of(request)
    keys = app.keys
    if keys is None:
        _check_local(request)
        return Grant(app.tenant, frozenset(SCOPES))
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    grant = keys.find(key.strip()) if scheme.lower() == "bearer" and key.strip() else None
    if grant is None:
        detail = "this key is not known" if key else "expected the header `Authorization: Bearer KEY`"
        raise Problem(401, detail, headers={"WWW-Authenticate": "Bearer"})
    return grant


def _check_local(request: Request) -> None:
    """Without keys, only this machine: neither a name that was made to lead here nor another site's page counts as this machine."""
    hosts = [urlsplit(f"//{request.headers.get('host', '')}").hostname]
    if "origin" in request.headers:
        hosts.append(urlsplit(request.headers["origin"]).hostname)
    if not all(host and is_loopback(host) for host in hosts):
        raise Problem(403, "without API keys only pages and programs of this machine are served, under a loopback name such as localhost")


def allow(scope: KeyScope) -> Callable[[Request], TenantId]:
    """A dependency that gives the tenant where the key has the scope. Raises Problem."""

    def tenant(request: Request) -> TenantId:
        grant = _granted(request)
        if scope not in grant.scopes:
            raise Problem(403, f"this needs a key with the scope {scope!r}; the one given has {', '.join(sorted(grant.scopes))}")
        return grant.tenant

    return tenant


Talker = Annotated[TenantId, Depends(allow("chat"))]
Reader = Annotated[TenantId, Depends(allow("read"))]
Admin = Annotated[TenantId, Depends(allow("admin"))]


def _customer(tenant_of: Callable[[Request], TenantId]) -> Callable[[Request, str], Awaitable[Scope]]:
    async def scope(request: Request, customer_id: Id) -> Scope:
        found = Scope(tenant_of(request), CustomerId(customer_id))
        if await app_of(request).store.customer(found) is None:
            raise not_found("customer", customer_id)
        return found

    return scope


ReadScope = Annotated[Scope, Depends(_customer(allow("read")))]
AdminScope = Annotated[Scope, Depends(_customer(allow("admin")))]
