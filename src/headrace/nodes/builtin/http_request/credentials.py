"""The kinds of credential that any HTTP service may ask for."""

from __future__ import annotations

from headrace.sdk.credentials import GUARDS_OF_HOSTS, CredentialType, host_fields
from headrace.sdk.description import Boolean, Choice, Json, Options, String

_PEM = {"rows": 4, "password": True}

CREDENTIAL_TYPES = (
    CredentialType(
        name="httpBasicAuth",
        title="Basic Auth",
        fields=[String("user", "User"), String("password", "Password", password=True), *host_fields()],
        guards=GUARDS_OF_HOSTS,
    ),
    CredentialType(
        name="httpHeaderAuth",
        title="Header Auth",
        fields=[
            String("name", "Name", placeholder="X-Api-Key"),
            String("value", "Value", password=True),
            *host_fields(),
        ],
        guards=GUARDS_OF_HOSTS,
    ),
    CredentialType(
        name="httpQueryAuth",
        title="Query Auth",
        fields=[String("name", "Name"), String("value", "Value", password=True), *host_fields()],
        guards=GUARDS_OF_HOSTS,
    ),
    CredentialType(
        name="httpBearerAuth",
        title="Bearer Auth",
        fields=[String("token", "Bearer Token", password=True), *host_fields()],
        guards=GUARDS_OF_HOSTS,
    ),
    CredentialType(
        name="httpDigestAuth",
        title="Digest Auth",
        fields=[String("user", "User"), String("password", "Password", password=True), *host_fields()],
        guards=GUARDS_OF_HOSTS,
    ),
    CredentialType(
        name="httpCustomAuth",
        title="Custom Auth",
        fields=[
            Json(
                "json",
                "JSON",
                description='What to add to a request: {"headers": {}, "qs": {}, "body": {}}.',
                required=True,
                type_options={"password": True},
            ),
            *host_fields(),
        ],
        guards=GUARDS_OF_HOSTS,
    ),
    CredentialType(
        name="oAuth1Api",
        title="OAuth1 API",
        fields=[
            String("authUrl", "Authorization URL", required=True),
            String("accessTokenUrl", "Access Token URL", required=True),
            String("consumerKey", "Consumer Key", required=True),
            String("consumerSecret", "Consumer Secret", required=True, password=True),
            String("requestTokenUrl", "Request Token URL", required=True),
            Options(
                "signatureMethod",
                {name: name for name in ("HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512")},
                "Signature Method",
                "HMAC-SHA1",
                required=True,
            ),
            *host_fields(),
        ],
        guards=("authUrl", "accessTokenUrl", "requestTokenUrl", *GUARDS_OF_HOSTS),
    ),
    CredentialType(
        name="oAuth2Api",
        title="OAuth2 API",
        fields=[
            Options(
                "grantType",
                [
                    Choice(value="authorizationCode", name="Authorization Code"),
                    Choice(value="clientCredentials", name="Client Credentials"),
                    Choice(value="pkce", name="PKCE"),
                ],
                "Grant Type",
                "authorizationCode",
            ),
            String(
                "authUrl",
                "Authorization URL",
                required=True,
                show={"grantType": ["authorizationCode", "pkce"]},
            ),
            String("accessTokenUrl", "Access Token URL", required=True),
            String("clientId", "Client ID", required=True),
            String("clientSecret", "Client Secret", password=True),
            String("scope", "Scope", description="Separated by spaces."),
            String(
                "authQueryParameters",
                "Auth URI Query Parameters",
                description="Further parameters of the authorization URL, as in a query.",
                show={"grantType": ["authorizationCode", "pkce"]},
            ),
            Options(
                "authentication",
                [Choice(value="header", name="Header"), Choice(value="body", name="Body")],
                "Authentication",
                "header",
                description="Where the client shows its id and its secret when it asks for a token.",
            ),
            Boolean("ignoreSSLIssues", "Ignore SSL Issues (Insecure)"),
            *host_fields(),
        ],
        guards=("authUrl", "accessTokenUrl", "ignoreSSLIssues", *GUARDS_OF_HOSTS),
    ),
    CredentialType(
        name="httpSslAuth",
        title="SSL Certificates",
        fields=[
            String("ca", "CA", type_options=_PEM),
            String("cert", "Certificate", type_options=_PEM),
            String("key", "Private Key", type_options=_PEM),
            String("passphrase", "Passphrase", password=True),
            *host_fields(),
        ],
        guards=GUARDS_OF_HOSTS,
    ),
)
