"""Where platforms push: verify, keep the raw bytes, answer at once. Everything else happens later."""

import hashlib

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from resonanz.connectors.contract import Arrival as Raw
from resonanz.connectors.contract import ChannelError
from resonanz.intake.collect import handshake, take_hook, verify_hook
from resonanz.kit.secrets import redacted
from resonanz.model.models import Account

_KEPT_HEADERS = 40


@csrf_exempt
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, key: str) -> HttpResponse:
    """One account's hook. 404 for an unknown key, 403 for a wrong signature, 413 for a body over the limit."""
    account = Account.objects.filter(hook_key=key).first()
    if account is None:
        return HttpResponse(status=404)
    if request.method == "GET":
        answer = handshake(account, {name: str(value) for name, value in request.GET.items()})
        return HttpResponse(answer, content_type="text/plain") if answer is not None else HttpResponse(status=400)
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    if len(body) > settings.CONFIG.hook_most_bytes:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        verify_hook(account, headers, body)
    except ChannelError as error:
        return HttpResponse(status=error.status if error.status < 500 else 403)  # noqa: PLR2004 - HTTP's own numbers
    kept = dict(list(redacted(headers).items())[:_KEPT_HEADERS])
    take_hook(account, Raw(hashlib.sha256(body).hexdigest(), body, kept))
    return HttpResponse(status=200)
