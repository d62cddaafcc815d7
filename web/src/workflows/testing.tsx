// What tests of these pages share: a server that answers from a table, and the page's surroundings.
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import type { ReactNode } from "react";
import { createMemoryRouter, RouterProvider } from "react-router";
import { vi } from "vitest";
import { newQueryClient } from "@/app/queries";

export interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

export type Answers = Readonly<Record<string, { readonly status?: number; readonly body?: unknown }>>;

/** Answers calls by "METHOD /path" below /api/v1; what is not in the table is an empty list. Returns what was called. */
export function serving(answers: Answers): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const path = new URL(request.url, "http://localhost").pathname.replace("/api/v1", "");
    const text = await request.text();
    calls.push({ method: request.method, path, body: text === "" ? undefined : JSON.parse(text) });
    const { status = 200, body = { data: [], nextCursor: null } } = answers[`${request.method} ${path}`] ?? {};
    return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", etag: '"2"' } });
  });
  return calls;
}

export function show(element: ReactNode, address = "/") {
  const router = createMemoryRouter([{ path: "*", element }], { initialEntries: [address] });
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={newQueryClient()}>
        <ModalsProvider>
          <RouterProvider router={router} />
        </ModalsProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
  return router;
}
