import { useLocalStorage } from "@mantine/hooks";
import { Fragment, type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from "react";
import classes from "./panel.module.css";
import { checked, moved } from "./splits";

const LEAST = 0.16;
const STEP = 0.02;

/** Panes beside each other, with dividers that are dragged, or moved with the arrow keys. Widths are kept. */
export function Panes({
  panes,
  shares: usual,
  name,
  dividers,
}: {
  panes: readonly ReactNode[];
  shares: readonly number[];
  /** What the widths are kept under. */
  name: string;
  /** What each divider changes, for people who do not see it. */
  dividers: readonly string[];
}) {
  const [kept, keep] = useLocalStorage<readonly number[]>({
    key: `headrace.split.${name}`,
    defaultValue: usual,
    getInitialValueInEffect: false,
  });
  const shares = checked(kept, usual);
  const row = useRef<HTMLDivElement>(null);
  const from = useRef<{ x: number; shares: readonly number[] } | null>(null);

  const drag = (divider: number) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      event.currentTarget.setPointerCapture(event.pointerId);
      from.current = { x: event.clientX, shares };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      const width = row.current?.clientWidth ?? 0;
      if (from.current === null || width === 0) return;
      keep(moved(from.current.shares, divider, (event.clientX - from.current.x) / width, LEAST));
    },
    onPointerUp: () => {
      from.current = null;
    },
    onDoubleClick: () => keep(usual),
    onKeyDown: (event: KeyboardEvent) => {
      const by = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      keep(moved(shares, divider, by, LEAST));
    },
  });

  return (
    <div ref={row} className={classes.panes}>
      {panes.map((pane, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: panes have their places.
        <Fragment key={place}>
          {place > 0 && (
            // biome-ignore lint/a11y/useSemanticElements: a rule cannot be dragged.
            <div
              role="separator"
              tabIndex={0}
              aria-orientation="vertical"
              aria-label={dividers[place - 1]}
              aria-valuenow={Math.round((shares[place - 1] ?? 0) * 100)}
              aria-valuemin={LEAST * 100}
              aria-valuemax={100}
              className={classes.divider}
              {...drag(place - 1)}
            />
          )}
          <div className={classes.slot} style={{ flexGrow: shares[place] }}>
            {pane}
          </div>
        </Fragment>
      ))}
    </div>
  );
}
