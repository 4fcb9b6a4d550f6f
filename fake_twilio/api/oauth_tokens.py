"""The OAuth Token API: exchanging the client ID and secret of an OAuth app for an access token.

Source: Twilio's documentation of the OAuth Token API. It does not show how a request is rejected.
"""

import hmac

from fake_twilio.api import form_parsers, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.oauth_app import access_token
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route


def create(request: ApiRequest) -> Response:
    """Issue an access token; earlier tokens stay valid until they expire.

    Raises:
        TwilioError: 20001 (a missing parameter, or a grant other than ``client_credentials``), 20003 (no such app, or
            a wrong secret).
    """
    client, secret, grant = (
        form_parsers.required(request, name) for name in ("client_id", "client_secret", "grant_type")
    )
    if grant != "client_credentials":
        raise TwilioError(20001, text="grant_type must be client_credentials")
    app = request.context.state.oauth_apps.rows.get(client)
    if app is None or not hmac.compare_digest(app.secret.encode(), secret.encode("utf-8", "replace")):
        raise TwilioError(20003)
    request.account_in_path = request.context.state.accounts[app.account_sid]
    document = {
        "access_token": access_token(app, request.context.ids.uuid(), request.context.now()),
        "id_token": None,
        "token_type": "Bearer",
        "expires_in": app.lifetime_s,
        "refresh_token": None,
    }
    return Response(200, responses.json_bytes(document))


ROUTES = (Route("POST", "/v2/token", "oauth.token.create", create, public=True),)
