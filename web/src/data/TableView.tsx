import { Text } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useEffect, useMemo, useRef, useState } from "react";
import type { Item } from "@/model/workflow";
import { type Column, columnsOf } from "./columns";
import classes from "./data.module.css";
import { Field } from "./Field";
import { type FieldActions, useFieldActions } from "./field";
import type { Marks, Rows } from "./rows";
import { noFields, TEXTS } from "./texts";
import { Value } from "./Value";
import { copied } from "./values";

const ROW = 32;
const GUTTER = 52;
/** Taken for the pane's size until it is measured, so that rows are there with the first drawing. */
const FIRST_RECT = { width: 480, height: 640 };

/** Items as rows, fields as columns. Only the rows and columns in sight are there; arrows move, Enter shows a value whole. */
export function TableView({
  rows,
  sample,
  marks,
  label,
}: {
  rows: Rows;
  /** What the columns are told from. */
  sample: readonly Item[];
  marks: Marks;
  label: string;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const actions = useFieldActions();
  const { columns, hidden } = useMemo(() => columnsOf(sample), [sample]);
  const [active, setActive] = useState<readonly [row: number, column: number]>([0, 0]);
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 5,
    initialRect: FIRST_RECT,
    paddingStart: ROW,
    scrollPaddingStart: ROW,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroller.current,
    estimateSize: (place) => columns[place]?.width ?? 0,
    overscan: 1,
    initialRect: FIRST_RECT,
    paddingStart: GUTTER,
    scrollPaddingStart: GUTTER,
  });
  const inSight = across.getVirtualItems();
  const [left, right] = [inSight[0]?.index ?? 0, inSight.at(-1)?.index ?? -1];
  const shown = virtual.getVirtualItems();
  const [first, last] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0];
  useEffect(() => rows.want(first, last), [rows, first, last]);

  const move = (event: KeyboardEvent) => {
    const [row, column] = active;
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW) - 2);
    const item = rows.item(row);
    const key = columns[column]?.key;
    const steps: Record<string, readonly [number, number]> = {
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      PageDown: [row + page, column],
      PageUp: [row - page, column],
      Home: event.ctrlKey ? [0, 0] : [row, 0],
      End: event.ctrlKey ? [rows.count - 1, columns.length - 1] : [row, columns.length - 1],
    };
    const to = steps[event.key];
    if (to !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      const next = [within(to[0], rows.count), within(to[1], columns.length)] as const;
      setActive(next);
      virtual.scrollToIndex(next[0]);
      across.scrollToIndex(next[1]);
      // The row may have to be drawn first.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>("[data-active]")?.focus()),
      );
    } else if (item !== undefined && key !== undefined) {
      const place = { path: [key], value: item.json[key] };
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        actions.show(place);
      } else if (event.key === " ") {
        event.preventDefault();
        marks.select(rows.indexOf(row));
      } else if (event.key === "c" && (event.ctrlKey || event.metaKey) && String(window.getSelection()) === "") {
        void navigator.clipboard.writeText(copied(place.value));
      }
    }
  };

  if (columns.length === 0) {
    return <Text className={classes.note}>{noFields(sample)}</Text>;
  }
  const template = `${GUTTER}px ${columns.map((column) => `minmax(${column.width}px, ${column.width}fr)`).join(" ")}`;
  return (
    <div ref={scroller} className={classes.scroller}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows of a real table cannot be placed by hand. */}
      <div
        role="grid"
        tabIndex={-1}
        aria-label={label}
        aria-rowcount={rows.count + 1}
        aria-colcount={columns.length + 1}
        className={classes.grid}
        style={{ height: virtual.getTotalSize() }}
        onPointerLeave={() => marks.hover(null)}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: its cells hold what takes the focus. */}
        <div role="row" aria-rowindex={1} className={classes.head} style={{ gridTemplateColumns: template }}>
          {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: as above. */}
          <div role="columnheader" className={classes.gutter}>
            #
          </div>
          {columns.slice(left, right + 1).map((column, place) => (
            // biome-ignore lint/a11y/useSemanticElements: as above.
            // biome-ignore lint/a11y/useFocusableInteractive: as above.
            <div
              key={column.key}
              role="columnheader"
              aria-colindex={left + place + 2}
              className={classes.headCell}
              style={{ gridColumn: left + place + 2 }}
            >
              <Field path={[column.key]} value={rows.item(0)?.json[column.key]}>
                {column.key}
              </Field>
            </div>
          ))}
        </div>
        {shown.map((one) => {
          const index = rows.indexOf(one.index);
          const item = rows.item(one.index);
          return (
            <Row
              key={index}
              row={one.index}
              index={index}
              item={item}
              columns={columns}
              left={left}
              right={right}
              template={template}
              top={one.start}
              selected={marks.selected === index}
              linked={item !== undefined && marks.linked(index, item)}
              active={active[0] === one.index ? active[1] : null}
              marks={marks}
              actions={actions}
              onActive={setActive}
              onKeyDown={move}
            />
          );
        })}
      </div>
      {hidden > 0 && <Text className={classes.note}>{TEXTS.manyColumns(hidden)}</Text>}
    </div>
  );
}

interface RowProps {
  row: number;
  index: number;
  item: Item | undefined;
  columns: readonly Column[];
  /** The columns in sight: the first and the last. */
  left: number;
  right: number;
  template: string;
  top: number;
  selected: boolean;
  linked: boolean;
  /** The column that the keyboard is at. */
  active: number | null;
  marks: Marks;
  actions: FieldActions;
  onActive: (place: readonly [number, number]) => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

const Row = memo(
  function Row({
    row,
    index,
    item,
    columns,
    left,
    right,
    template,
    top,
    marks,
    actions,
    onActive,
    onKeyDown,
    ...state
  }: RowProps) {
    return (
      // biome-ignore lint/a11y/useSemanticElements: rows of a real table cannot be placed by hand.
      // biome-ignore lint/a11y/useFocusableInteractive: its cells take the focus.
      <div
        role="row"
        aria-rowindex={row + 2}
        aria-selected={state.selected}
        className={classes.row}
        data-selected={state.selected || undefined}
        data-linked={state.linked || undefined}
        style={{ gridTemplateColumns: template, transform: `translateY(${top}px)` }}
        onPointerEnter={() => marks.hover(index, item)}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: as above. */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: as above. */}
        <div role="rowheader" className={classes.gutter}>
          {index + 1}
        </div>
        {columns.slice(left, right + 1).map((column, offset) => {
          const place = left + offset;
          const value = item?.json[column.key];
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above.
            <div
              key={column.key}
              role="gridcell"
              aria-colindex={place + 2}
              className={classes.cell}
              style={{ gridColumn: place + 2 }}
              data-active={state.active === place || undefined}
              tabIndex={state.active === place ? 0 : -1}
              onFocus={() => onActive([row, place])}
              onClick={() => marks.select(index)}
              onDoubleClick={() => actions.show({ path: [column.key], value })}
              onKeyDown={onKeyDown}
            >
              {item === undefined ? <span className={classes.coming} /> : <Value value={value} />}
            </div>
          );
        })}
      </div>
    );
  },
  // `marks`, `actions` and the handlers are new with every drawing, but do the same for the same row and state.
  (before, after) =>
    before.item === after.item &&
    before.columns === after.columns &&
    before.left === after.left &&
    before.right === after.right &&
    before.top === after.top &&
    before.row === after.row &&
    before.selected === after.selected &&
    before.linked === after.linked &&
    before.active === null &&
    after.active === null,
);

function within(place: number, count: number): number {
  return Math.min(Math.max(0, place), Math.max(0, count - 1));
}
