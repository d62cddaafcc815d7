import type { Problem } from "./schema";

/** The server refused, or could not be reached. `message` is for people. */
export class ApiError extends Error {
  readonly status: number;
  /** Stable: what code matches on. "unreachable" if no answer came. */
  readonly code: string;
  readonly problems: readonly string[];
  readonly requestId: string | undefined;

  constructor(status: number, problem: Partial<Problem>) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.name = "ApiError";
    this.status = status;
    this.code = problem.code ?? "unknown";
    this.problems = problem.problems ?? [];
    this.requestId = problem.requestId;
  }
}

/** What to tell a person about anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof ApiError && thrown.problems.length > 0) {
    return [thrown.message, ...thrown.problems].join("\n");
  }
  return thrown instanceof Error ? thrown.message : String(thrown);
}
