/** A server of its own for the tests, with an owner who is logged in, on a port that is free. */

import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const OWNER = { name: "Olga Owner", email: "olga@example.com", password: "correct horse battery staple" };

export default async function start(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), "headrace-e2e-"));
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const logPath = join(folder, "log");
  const log = openSync(logPath, "w");
  const server = spawn(
    process.env.HEADRACE ?? "headrace",
    ["serve", "--port", String(port), "--data-dir", join(folder, "data")],
    { stdio: ["ignore", log, log] },
  );
  const stop = async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const token = await waitFor(
      () => /token=(\S+)/.exec(readFileSync(logPath, "utf8"))?.[1],
      () => server.exitCode,
    );
    await waitFor(
      async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok || undefined,
      () => server.exitCode,
    );
    const answer = await fetch(`${url}/api/v1/setup`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...OWNER, token }),
    });
    const session = /headrace_session=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1];
    if (session === undefined) throw new Error(`setting up answered ${answer.status}: ${await answer.text()}`);
    const cookie = { name: "headrace_session", value: session, domain: "localhost", path: "/", expires: -1 };
    const state = join(folder, "state.json");
    writeFileSync(
      state,
      JSON.stringify({ cookies: [{ ...cookie, httpOnly: true, secure: false, sameSite: "Lax" }], origins: [] }),
    );
    process.env.HEADRACE_URL = url;
    process.env.HEADRACE_STATE = state;
  } catch (thrown) {
    console.error(readFileSync(logPath, "utf8"));
    await stop();
    throw thrown;
  }
  return stop;
}

async function waitFor<T>(look: () => T | undefined | Promise<T | undefined>, exited: () => number | null): Promise<T> {
  for (let tries = 0; tries < 300; tries++) {
    const found = await look();
    if (found !== undefined) return found;
    if (exited() !== null) throw new Error("the server ended");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("the server does not come up");
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === "object" ? resolve(address.port) : reject()));
    });
  });
}
