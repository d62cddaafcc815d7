"""The use case of bringing in a file from the web."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from headrace.kernel.ids import TenantId
from headrace.workflows.errors import NotDownloaded
from headrace.workflows.ports import Downloads
from headrace.workflows.public import WorkflowRecord
from headrace.workflows.service.transfers import Transfers


class Downloading:
    """Imports by address."""

    def __init__(self, downloads: Downloads, transfers: Transfers) -> None:
        self._downloads = downloads
        self._transfers = transfers

    async def import_from(
        self, tenant: TenantId, url: str, *, project: str, by: str, folder: str | None = None
    ) -> Sequence[WorkflowRecord]:
        """Bring in every workflow of the file at *url*, as `Transfers.import_file` does.

        Raises:
            NotDownloaded: it is no address of the web, or nothing can be read there.
            WorkflowInvalid, FolderNotFound: as `Transfers.import_file`.
        """
        if urlsplit(url).scheme not in ("http", "https"):
            raise NotDownloaded("an address begins with https:// or http://")
        source = await self._downloads.get(tenant, url)
        return await self._transfers.import_file(tenant, source, project=project, by=by, folder=folder)
