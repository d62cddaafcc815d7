import { type ReactNode, useState } from "react";
import classes from "./data.module.css";
import { TEXTS } from "./texts";

/** The first of many, and the rest when asked for. */
export function Limited<T>({
  all,
  first = 100,
  children,
}: {
  all: readonly T[];
  first?: number;
  children: (one: T, index: number) => ReactNode;
}) {
  const [most, setMost] = useState(first);
  const hidden = all.length - most;
  return (
    <>
      {all.slice(0, most).map(children)}
      {hidden > 0 && (
        <button type="button" className={classes.more} onClick={() => setMost(most * 10)}>
          {TEXTS.showAll(hidden)}
        </button>
      )}
    </>
  );
}
