import { useVirtualizer } from "@tanstack/react-virtual";
import { ChevronDown, ChevronRight } from "lucide-react";
import { memo, useEffect, useRef, useState } from "react";
import type { Path } from "@/model/schema";
import type { Item, Json, JsonObject } from "@/model/workflow";
import classes from "./data.module.css";
import { Field } from "./Field";
import { Limited } from "./Limited";
import type { Marks, Rows } from "./rows";
import { TEXTS } from "./texts";
import { momentOf, shown } from "./values";

/** Items as JSON that folds. Each item is a row of its own height, and only those in sight are there. */
export function JsonView({ rows, marks, label }: { rows: Rows; marks: Marks; label: string }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => 120,
    overscan: 3,
    getItemKey: rows.indexOf,
  });
  const seen = virtual.getVirtualItems();
  const [first, last] = [seen[0]?.index ?? 0, seen.at(-1)?.index ?? 0];
  useEffect(() => rows.want(first, last), [rows, first, last]);
  return (
    <div ref={scroller} className={classes.scroller}>
      <ol
        aria-label={label}
        className={classes.jsonItems}
        style={{ height: virtual.getTotalSize() }}
        onPointerLeave={() => marks.hover(null)}
      >
        {seen.map((one) => {
          const index = rows.indexOf(one.index);
          const item = rows.item(one.index);
          return (
            <li
              key={one.key}
              ref={virtual.measureElement}
              data-index={one.index}
              className={classes.jsonItem}
              data-selected={marks.selected === index || undefined}
              data-linked={(item !== undefined && marks.linked(index, item)) || undefined}
              style={{ transform: `translateY(${one.start}px)` }}
              onPointerEnter={() => marks.hover(index, item)}
            >
              <button
                type="button"
                className={classes.itemNumber}
                aria-label={`Choose item ${index + 1}`}
                aria-pressed={marks.selected === index}
                onClick={() => marks.select(index)}
              >
                {index + 1}
              </button>
              {item === undefined ? <span className={classes.coming} /> : <ItemJson item={item} />}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

const ItemJson = memo(function ItemJson({ item }: { item: Item }) {
  return (
    <div className={classes.json}>
      <Branch value={item.json} path={[]} name={null} depth={0} />
      {item.error !== undefined && <Branch value={item.error} path={[]} name="error" depth={1} fixed />}
    </div>
  );
});

/** A name and its value; what holds others folds. */
function Branch({
  value,
  path,
  name,
  depth,
  fixed = false,
}: {
  value: Json;
  path: Path;
  name: string | number | null;
  depth: number;
  /** No expression leads here. */
  fixed?: boolean;
}) {
  const entries = entriesOf(value);
  const [open, setOpen] = useState(depth < 2 || (depth < 4 && (entries?.length ?? 0) <= 12));
  const label =
    name === null ? null : (
      <>
        {fixed || typeof name === "number" ? (
          <span className={classes.key}>{name}</span>
        ) : (
          <Field path={path} value={value}>
            {name}
          </Field>
        )}
        <span className={classes.colon}>: </span>
      </>
    );
  if (entries === null || entries.length === 0) {
    return (
      <div className={classes.line}>
        {label}
        <Leaf value={value} />
      </div>
    );
  }
  const [left, right] = Array.isArray(value) ? "[]" : "{}";
  return (
    <div>
      <div className={classes.line}>
        <button
          type="button"
          className={classes.fold}
          aria-expanded={open}
          aria-label={`${open ? "Fold" : "Unfold"} ${name ?? "the item"}`}
          onClick={() => setOpen(!open)}
        >
          {open ? <ChevronDown size={13} /> : <ChevronRight size={13} />}
        </button>
        {label}
        <span className={classes.folded}>{open ? left : shown(value, 80).text}</span>
      </div>
      {open && (
        <>
          <div className={classes.within}>
            <Limited all={entries}>
              {([key, one]) => (
                <Branch key={key} value={one} path={[...path, key]} name={key} depth={depth + 1} fixed={fixed} />
              )}
            </Limited>
          </div>
          <div className={classes.colon}>{right}</div>
        </>
      )}
    </div>
  );
}

const LONG = 400;

function Leaf({ value }: { value: Json }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== "string") {
    return (
      <span className={classes.value} data-type={value === null ? "null" : typeof value}>
        {JSON.stringify(value)}
      </span>
    );
  }
  const text = JSON.stringify(whole ? value.slice(0, 100_000) : value.slice(0, LONG)).slice(0, -1);
  const cut = !whole && value.length > LONG;
  return (
    <span className={classes.value} data-type="string" title={momentOf(value) ?? undefined}>
      {text}
      {cut ? "…" : '"'}
      {cut && (
        <button type="button" className={classes.more} onClick={() => setWhole(true)}>
          {TEXTS.showMore}
        </button>
      )}
    </span>
  );
}

function entriesOf(value: Json): readonly (readonly [string | number, Json])[] | null {
  if (Array.isArray(value)) return value.map((one, index) => [index, one] as const);
  return typeof value === "object" && value !== null ? Object.entries(value as JsonObject) : null;
}
