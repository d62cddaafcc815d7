import { useLocalStorage } from "@mantine/hooks";
import { useCallback, useMemo } from "react";

/** Workflows that this person marked in this browser. */
export function useFavourites() {
  const [kept, setKept] = useLocalStorage<string[]>({ key: "headrace.favourites", defaultValue: [] });
  const ids = useMemo(() => new Set(Array.isArray(kept) ? kept : []), [kept]);
  const toggle = useCallback(
    (id: string) => setKept((before) => (before.includes(id) ? before.filter((one) => one !== id) : [...before, id])),
    [setKept],
  );
  return { ids, toggle };
}
