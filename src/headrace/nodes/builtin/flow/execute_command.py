"""Execute Command: runs a shell command on the server. Off unless the server's owner turns it on."""

from __future__ import annotations

from headrace.sdk.context import NodeContext
from headrace.sdk.description import Boolean, Effects, NodeDescription, String
from headrace.sdk.errors import NodeError
from headrace.sdk.items import Item
from headrace.sdk.js import to_text

DESCRIPTION = NodeDescription(
    type="n8n-nodes-base.executeCommand",
    versions=(1,),
    title="Execute Command",
    summary="Runs a command on the server. Off by default: it is as powerful as the server's own account.",
    group="code",
    effects=Effects.WRITES,
    aliases=("shell", "terminal", "bash"),
    parameters=[Boolean("executeOnce", "Execute Once", True), String("command", "Command", required=True, rows=5)],
)


async def run_item(ctx: NodeContext, item: Item, index: int) -> Item | None:
    if index > 0 and ctx.param("executeOnce"):
        return None
    command = to_text(ctx.param("command", index))
    done = await ctx.run_command(command)
    if done.exit_code != 0:
        raise NodeError(f"Command failed: {command}\n{done.stderr}", context={"exitCode": done.exit_code})
    return Item(json={"exitCode": done.exit_code, "stderr": done.stderr.strip(), "stdout": done.stdout.strip()})
