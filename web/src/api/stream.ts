import { chosenTenant } from "./client";

/** An event of an execution, as the live streams tell it; more fields by type. */
export interface LiveEvent {
  readonly type: string;
  /** Grows along a stream: ask again from the last one that was seen. */
  readonly seq: number;
  readonly executionId?: string;
  readonly at?: string;
  readonly workflowId?: string;
  readonly workflowName?: string;
  readonly mode?: string;
  readonly node?: string;
  readonly run?: number;
  readonly attempt?: number;
  /** Items of each output. */
  readonly items?: readonly number[];
  readonly seconds?: number;
  readonly error?: string;
  readonly [more: string]: unknown;
}

/**
 * Follows a stream until `signal` ends it or, for one execution, until it is told to the end. A connection that
 * breaks is made again from the last event, after a second; nothing is told twice.
 */
export async function follow(path: string, tell: (event: LiveEvent) => void, signal: AbortSignal): Promise<void> {
  let last: string | undefined;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      const tenant = chosenTenant();
      if (tenant !== null) headers["X-Headrace-Tenant"] = tenant;
      if (last !== undefined) headers["Last-Event-ID"] = last;
      const response = await fetch(path, { headers, signal });
      if (response.status === 404 || response.status === 401 || response.status === 403) return;
      if (response.ok && response.body !== null) {
        for await (const { id, data } of told(response.body)) {
          if (id !== undefined) last = id;
          const event = JSON.parse(data) as LiveEvent;
          tell(event);
          if (ENDINGS.has(event.type) && path.includes("/executions/")) return;
        }
      }
    } catch {
      if (signal.aborted) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const ENDINGS = new Set(["execution.succeeded", "execution.failed", "execution.canceled"]);

async function* told(body: ReadableStream<Uint8Array>): AsyncGenerator<{ id: string | undefined; data: string }> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    rest += value;
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => split(line)));
      const data = fields.get("data");
      if (data !== undefined) yield { id: fields.get("id"), data };
    }
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf(":");
  return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at + 1).trimStart()];
}
