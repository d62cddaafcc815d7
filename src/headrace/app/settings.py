"""Settings: from the environment, each with a default that works on a laptop."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from headrace.kernel.errors import Invalid


class BadSetting(Invalid):
    """A setting has a value that makes no sense; the message names it."""

    code = "bad_setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that can be set; every name is an environment variable with the prefix HEADRACE_."""

    data_dir: Path
    """HEADRACE_DATA_DIR: where everything is kept."""

    files_dir: Path | None = None
    """HEADRACE_FILES_DIR: the folder that workflows read and write; `files` in the data directory if unset."""

    timezone: str = "America/New_York"
    """HEADRACE_TIMEZONE: of workflows that name none. n8n's default, so that workflows keep their results."""

    timeout: timedelta | None = None
    """HEADRACE_TIMEOUT_SECONDS: for executions whose workflow sets none."""

    workers: int = 2
    """HEADRACE_WORKERS: sandbox workers that may run at once."""

    concurrency: int = 20
    """HEADRACE_CONCURRENCY: executions that run at once in one process."""

    retention: timedelta | None = timedelta(days=14)
    """HEADRACE_RETENTION_DAYS: how long executions are kept after their end; 0: for ever. Workflows may say otherwise:
    n8n's save settings, and `settings.headrace.retention`."""

    retention_count: int | None = 10_000
    """HEADRACE_RETENTION_COUNT: ended executions kept of one tenant; 0: any number."""

    retention_workflow_count: int | None = None
    """HEADRACE_RETENTION_WORKFLOW_COUNT: the same of one workflow; any number if unset."""

    tenant_workers: int | None = None
    """HEADRACE_TENANT_WORKERS: sandbox workers that one tenant may keep busy at once; all of them if unset."""

    sandbox: Literal["jail", "oci", "none"] = "jail"
    """HEADRACE_SANDBOX: the wall around people's code; `headrace doctor` says what works here."""

    oci_runtime: str = "runsc"
    """HEADRACE_OCI_RUNTIME: the container runtime of HEADRACE_SANDBOX=oci: runsc, crun, runc or kata."""

    oci_platforms: tuple[str, ...] = ()
    """HEADRACE_OCI_PLATFORM: how runsc intercepts system calls, such as `systrap,ptrace`: the first that works."""

    python_packages: tuple[str, ...] = ()
    """HEADRACE_PYTHON_PACKAGES: what Python code may import beyond the standard library, separated by commas."""

    javascript_modules: Path | None = None
    """HEADRACE_JAVASCRIPT_MODULES: a folder of bundled modules that JavaScript may require."""

    code_timeout: timedelta = timedelta(seconds=60)
    """HEADRACE_CODE_TIMEOUT_SECONDS: how long one call of code may take."""

    code_cpu: timedelta = timedelta(seconds=60)
    """HEADRACE_CODE_CPU_SECONDS: processor time of one call of code."""

    code_output_mib: int = 256
    """HEADRACE_CODE_OUTPUT_MIB: what one call of code may put out."""

    code_log_kib: int = 1024
    """HEADRACE_CODE_LOG_KIB: what one call of code may print."""

    jit: bool = False
    """HEADRACE_JIT: whether V8 may compile to machine code; faster, and more to attack."""

    heap_mib: int = 512
    """HEADRACE_HEAP_MIB: memory of a sandbox's JavaScript heap."""

    allow_insecure_tls_in_code: bool = False
    """HEADRACE_ALLOW_INSECURE_TLS_IN_CODE: whether requests of code may leave certificates unchecked."""

    allow_commands: bool = False
    """HEADRACE_ALLOW_COMMANDS: whether Execute Command nodes run."""

    allow_private_network: bool = False
    """HEADRACE_ALLOW_PRIVATE_NETWORK: whether nodes may reach private and loopback addresses."""

    credentials_file: Path | None = None
    """HEADRACE_CREDENTIALS_FILE: credentials as plain JSON, beside those kept sealed: for CI, mounted secrets."""

    public_url: str = ""
    """HEADRACE_PUBLIC_URL: where browsers reach this server (https://flows.example); as asked for if unset."""

    encryption_key: str = field(default="", repr=False)
    """HEADRACE_ENCRYPTION_KEY: the key that credentials are sealed under, 32 bytes, base64 or hex; a file if unset."""

    encryption_key_old: str = field(default="", repr=False)
    """HEADRACE_ENCRYPTION_KEY_OLD: those before, separated by commas, until `headrace credential rotate-key` ran."""

    key_file: Path | None = None
    """HEADRACE_KEY_FILE: where that key is kept; `keys/credentials.key` in the data directory if unset."""

    secrets_dir: Path | None = None
    """HEADRACE_SECRETS_DIR: a folder of files that credentials may refer to as `$secrets.file`."""

    vault_address: str = ""
    """HEADRACE_VAULT_ADDR: a Vault whose key-value secrets credentials may refer to as `$secrets.vault`."""

    vault_token: str = field(default="", repr=False)
    """HEADRACE_VAULT_TOKEN"""

    vault_token_file: Path | None = None
    """HEADRACE_VAULT_TOKEN_FILE: read anew for each request, so that an agent can keep a fresh token there."""

    vault_mount: str = "secret"
    """HEADRACE_VAULT_MOUNT: where its key-value engine (version 2) is mounted."""

    vault_namespace: str = ""
    """HEADRACE_VAULT_NAMESPACE"""

    log_level: str = "info"
    """HEADRACE_LOG_LEVEL: of a server: debug, info, warning or error."""

    log_format: Literal["console", "json"] = "console"
    """HEADRACE_LOG_FORMAT: console for people, json for programs."""

    metrics_token: str | None = None
    """HEADRACE_METRICS_TOKEN: what `/metrics` wants to be shown; unset, it answers this machine only."""

    otlp_endpoint: str = ""
    """HEADRACE_OTLP_ENDPOINT: where traces are sent, such as http://localhost:4318; unset: there are none."""

    trace_ratio: float = 1.0
    """HEADRACE_TRACE_PERCENT: how many of a hundred traces are kept."""

    smtp_url: str = ""
    """HEADRACE_SMTP_URL: where mail of alerts is handed in: smtp://USER:PASSWORD@HOST:587?from=ADDRESS; smtps:// for
    TLS from the start, smtp+plain:// for none."""

    circuit_failures: int = 20
    """HEADRACE_CIRCUIT_FAILURES: requests in a row that a host may leave unanswered before a tenant's requests to it
    fail at once, for half a minute and then longer; 0: it is asked each time."""

    drain: timedelta = timedelta(0)
    """HEADRACE_DRAIN_SECONDS: how long a server that is to stop goes on taking requests while `/readyz` says no, so
    that proxies learn of it before the door is shut."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ, *, data_dir: Path | None = None) -> Settings:
        """Raises: BadSetting: a value makes no sense."""
        get = environment.get
        home = data_dir or Path(get("HEADRACE_DATA_DIR") or Path.home() / ".headrace")
        files = get("HEADRACE_FILES_DIR")
        credentials = get("HEADRACE_CREDENTIALS_FILE")
        keys, secrets, vault_token = (
            get(name) for name in ("HEADRACE_KEY_FILE", "HEADRACE_SECRETS_DIR", "HEADRACE_VAULT_TOKEN_FILE")
        )
        modules = get("HEADRACE_JAVASCRIPT_MODULES")
        seconds = _number(environment, "HEADRACE_TIMEOUT_SECONDS", 0)
        days = _number(environment, "HEADRACE_RETENTION_DAYS", 14)
        return cls(
            data_dir=home.expanduser(),
            files_dir=Path(files).expanduser() if files else None,
            timezone=get("HEADRACE_TIMEZONE") or "America/New_York",
            timeout=timedelta(seconds=seconds) if seconds else None,
            workers=_number(environment, "HEADRACE_WORKERS", 2, least=1),
            concurrency=_number(environment, "HEADRACE_CONCURRENCY", 20, least=1),
            retention=timedelta(days=days) if days else None,
            retention_count=_number(environment, "HEADRACE_RETENTION_COUNT", 10_000) or None,
            retention_workflow_count=_number(environment, "HEADRACE_RETENTION_WORKFLOW_COUNT", 0) or None,
            tenant_workers=_number(environment, "HEADRACE_TENANT_WORKERS", 0) or None,
            sandbox=_sandbox(environment),
            oci_runtime=get("HEADRACE_OCI_RUNTIME") or "runsc",
            oci_platforms=_names(environment, "HEADRACE_OCI_PLATFORM"),
            python_packages=_names(environment, "HEADRACE_PYTHON_PACKAGES"),
            javascript_modules=Path(modules).expanduser() if modules else None,
            code_timeout=timedelta(seconds=_number(environment, "HEADRACE_CODE_TIMEOUT_SECONDS", 60, least=1)),
            code_cpu=timedelta(seconds=_number(environment, "HEADRACE_CODE_CPU_SECONDS", 60, least=1)),
            code_output_mib=_number(environment, "HEADRACE_CODE_OUTPUT_MIB", 256, least=1),
            code_log_kib=_number(environment, "HEADRACE_CODE_LOG_KIB", 1024, least=1),
            jit=_flag(environment, "HEADRACE_JIT"),
            heap_mib=_number(environment, "HEADRACE_HEAP_MIB", 512, least=32),
            allow_insecure_tls_in_code=_flag(environment, "HEADRACE_ALLOW_INSECURE_TLS_IN_CODE"),
            allow_commands=_flag(environment, "HEADRACE_ALLOW_COMMANDS"),
            allow_private_network=_flag(environment, "HEADRACE_ALLOW_PRIVATE_NETWORK"),
            credentials_file=Path(credentials).expanduser() if credentials else None,
            public_url=get("HEADRACE_PUBLIC_URL") or "",
            encryption_key=get("HEADRACE_ENCRYPTION_KEY") or "",
            encryption_key_old=get("HEADRACE_ENCRYPTION_KEY_OLD") or "",
            key_file=Path(keys).expanduser() if keys else None,
            secrets_dir=Path(secrets).expanduser() if secrets else None,
            vault_address=get("HEADRACE_VAULT_ADDR") or "",
            vault_token=get("HEADRACE_VAULT_TOKEN") or "",
            vault_token_file=Path(vault_token).expanduser() if vault_token else None,
            vault_mount=get("HEADRACE_VAULT_MOUNT") or "secret",
            vault_namespace=get("HEADRACE_VAULT_NAMESPACE") or "",
            log_level=_one_of(environment, "HEADRACE_LOG_LEVEL", ("info", "debug", "warning", "error")),
            log_format="json"
            if _one_of(environment, "HEADRACE_LOG_FORMAT", ("console", "json")) == "json"
            else "console",
            metrics_token=get("HEADRACE_METRICS_TOKEN") or None,
            otlp_endpoint=get("HEADRACE_OTLP_ENDPOINT") or "",
            trace_ratio=min(_number(environment, "HEADRACE_TRACE_PERCENT", 100), 100) / 100,
            smtp_url=get("HEADRACE_SMTP_URL") or "",
            circuit_failures=_number(environment, "HEADRACE_CIRCUIT_FAILURES", 20),
            drain=timedelta(seconds=_number(environment, "HEADRACE_DRAIN_SECONDS", 0)),
        )


def _sandbox(environment: Mapping[str, str]) -> Literal["jail", "oci", "none"]:
    match environment.get("HEADRACE_SANDBOX") or "jail":
        case "jail":
            return "jail"
        case "oci":
            return "oci"
        case "none":
            return "none"
        case other:
            raise BadSetting(f"HEADRACE_SANDBOX is {other!r}; it is jail, oci or none")


def _names(environment: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in environment.get(name, "").split(",") if each.strip())


def _number(environment: Mapping[str, str], name: str, default: int, *, least: int = 0) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not text.isdecimal() or int(text) < least:
        raise BadSetting(f"{name} is {text!r}, not a whole number from {least}")
    return int(text)


def _one_of(environment: Mapping[str, str], name: str, values: Sequence[str]) -> str:
    """Return one of *values*; the first if none is set."""
    text = environment.get(name) or values[0]
    if text not in values:
        raise BadSetting(f"{name} is {text!r}; it is one of {', '.join(values)}")
    return text


def _flag(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name, "").lower()
    if text in ("", "0", "false", "no", "off"):
        return False
    if text in ("1", "true", "yes", "on"):
        return True
    raise BadSetting(f"{name} is {text!r}, neither true nor false")
