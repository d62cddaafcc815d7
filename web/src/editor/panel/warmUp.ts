import { useEffect } from "react";

/** Fetches the code editor once the browser is idle, so that the first panel opens as fast as those after it. */
export function useWarmUp(): void {
  useEffect(() => {
    // If it cannot be fetched now, the panel tries again, and says so.
    const load = () => void import("@/parameters/code/CodeMirror").catch(() => {});
    if (typeof requestIdleCallback !== "function") return;
    const asked = requestIdleCallback(load);
    return () => cancelIdleCallback(asked);
  }, []);
}
