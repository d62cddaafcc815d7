import createClient, { type Middleware } from "openapi-fetch";
import { ApiError } from "./problems";
import type { paths } from "./schema";

const TENANT_HEADER = "X-Headrace-Tenant";
const TENANT_KEPT = "headrace.tenant";

/** The tenant that the person switched to; null for the one that the server takes by itself. */
export function chosenTenant(): string | null {
  return localStorage.getItem(TENANT_KEPT);
}

/** Takes effect with the next request; callers reload the page, since all that is shown belongs to the other. */
export function chooseTenant(tenant: string | null): void {
  if (tenant === null) localStorage.removeItem(TENANT_KEPT);
  else localStorage.setItem(TENANT_KEPT, tenant);
}

/** Sends the person to where they log in, and back again. */
function enter(page: "/login" | "/setup"): never {
  window.location.assign(page);
  throw new ApiError(401, { code: "unauthenticated", detail: "You are logged out." });
}

const onAnswer: Middleware = {
  onRequest({ request }) {
    const tenant = chosenTenant();
    if (tenant !== null) request.headers.set(TENANT_HEADER, tenant);
    return request;
  },
  async onResponse({ response }) {
    if (response.ok) return response;
    const problem = await response
      .clone()
      .json()
      .catch(() => ({}));
    if (response.status === 401) enter(problem.code === "setup_needed" ? "/setup" : "/login");
    throw new ApiError(response.status, problem);
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === "AbortError") return error;
    return new ApiError(0, {
      code: "unreachable",
      detail: "The server cannot be reached. Trying again helps once it is back.",
    });
  },
};

/**
 * The REST API, typed by its OpenAPI document. Every answer that is no success is thrown as an `ApiError`, so
 * `data` of a call is there: use `got` to have it.
 */
export const api = createClient<paths>({ baseUrl: "/", fetch: (request) => globalThis.fetch(request) });
api.use(onAnswer);

/** What a call brought: `const me = await got(api.GET("/api/v1/me"))`. */
export async function got<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T;
}
