import { Checkbox } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown, ArrowUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { ColumnShape } from "@/api/schema";
import { complain } from "@/ui/notices";
import { type Cell, readBlock, readCell, showCell } from "./cells";
import classes from "./Grid.module.css";

export type Row = Readonly<Record<string, Cell>> & { readonly id: number };

const HEIGHT = 34;

/**
 * Rows and columns as in a spreadsheet: arrows go about, Enter or typing writes, Escape leaves it, Tab goes on, and
 * blocks are copied and pasted as other spreadsheets do. Only what is seen is drawn.
 */
export function Grid({
  columns,
  rows,
  sort,
  onSort,
  selected,
  onSelect,
  onSet,
  onInsert,
  onEnd,
}: {
  columns: readonly ColumnShape[];
  rows: readonly Row[];
  sort: string | null;
  onSort: (sort: string | null) => void;
  selected: ReadonlySet<number>;
  onSelect: (selected: ReadonlySet<number>) => void;
  onSet: (id: number, data: Record<string, Cell>) => void;
  onInsert: (rows: Record<string, Cell>[]) => void;
  /** The last rows are seen: more may be fetched. */
  onEnd: () => void;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState({ row: 0, column: 0 });
  const [writing, setWriting] = useState<string | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => HEIGHT,
    overscan: 12,
  });
  const shown = virtual.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked when another last row is seen, and only then
  useEffect(() => {
    if (lastShown >= rows.length - 20) onEnd();
  }, [lastShown, rows.length]);

  const move = (dr: number, dc: number) => {
    const row = Math.max(0, Math.min(rows.length - 1, at.row + dr));
    setAt({ row, column: Math.max(0, Math.min(columns.length - 1, at.column + dc)) });
    virtual.scrollToIndex(row);
  };
  const write = (text: string) => {
    const [row, column] = [rows[at.row], columns[at.column]];
    setWriting(null);
    frame.current?.focus();
    if (row === undefined || column === undefined || showCell(row[column.name]) === text) return;
    const value = readCell(text, column.type);
    if (value === undefined)
      complain(new Error(`“${text}” is no value of a column of kind ${column.type}.`), "Not written");
    else onSet(row.id, { [column.name]: value });
  };
  const paste = (text: string) => {
    const added: Record<string, Cell>[] = [];
    readBlock(text).forEach((cells, down) => {
      const data: Record<string, Cell> = {};
      cells.forEach((cell, right) => {
        const column = columns[at.column + right];
        const value = column && readCell(cell, column.type);
        if (column !== undefined && value !== undefined) data[column.name] = value;
      });
      const row = rows[at.row + down];
      if (Object.keys(data).length === 0) return;
      if (row === undefined) added.push(data);
      else onSet(row.id, data);
    });
    if (added.length > 0) onInsert(added);
  };
  const keys = (event: React.KeyboardEvent) => {
    if (writing !== null) return;
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      move(step[0] ?? 0, step[1] ?? 0);
    } else if (event.key === "Enter" || event.key === "F2") {
      event.preventDefault();
      setWriting(showCell(rows[at.row]?.[columns[at.column]?.name ?? ""]));
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      write("");
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      setWriting(event.key);
    }
  };
  return (
    <div
      ref={frame}
      className={classes.grid}
      role="grid"
      tabIndex={0}
      aria-label="Rows"
      aria-rowcount={rows.length}
      aria-activedescendant={`cell-${at.row}-${at.column}`}
      onKeyDown={keys}
      onCopy={(event) => {
        if (writing !== null) return;
        event.preventDefault();
        const chosen = selected.size > 0 ? rows.filter((row) => selected.has(row.id)) : null;
        const text =
          chosen === null
            ? showCell(rows[at.row]?.[columns[at.column]?.name ?? ""])
            : chosen.map((row) => columns.map((column) => showCell(row[column.name])).join("\t")).join("\n");
        event.clipboardData.setData("text/plain", text);
      }}
      onPaste={(event) => {
        if (writing !== null) return;
        event.preventDefault();
        paste(event.clipboardData.getData("text/plain"));
      }}
    >
      <div className={classes.head} role="row">
        <div className={classes.tick} role="columnheader">
          <Checkbox
            size="xs"
            aria-label="Select all rows that are shown"
            checked={rows.length > 0 && selected.size === rows.length}
            onChange={(event) => onSelect(new Set(event.currentTarget.checked ? rows.map((row) => row.id) : []))}
          />
        </div>
        {columns.map((column) => {
          const direction =
            sort === `${column.name}:asc` ? "ascending" : sort === `${column.name}:desc` ? "descending" : "none";
          return (
            <div key={column.name} role="columnheader" aria-sort={direction} className={classes.cell}>
              <button
                type="button"
                className={classes.title}
                onClick={() =>
                  onSort(
                    direction === "none"
                      ? `${column.name}:asc`
                      : direction === "ascending"
                        ? `${column.name}:desc`
                        : null,
                  )
                }
              >
                {column.name}
                <span className={classes.kind}>{column.type}</span>
                {direction === "ascending" && <ArrowUp size={12} aria-hidden />}
                {direction === "descending" && <ArrowDown size={12} aria-hidden />}
              </button>
            </div>
          );
        })}
      </div>
      <div style={{ height: virtual.getTotalSize(), position: "relative" }}>
        {shown.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <div
              key={row.id}
              role="row"
              aria-rowindex={index + 1}
              className={classes.row}
              style={{ transform: `translateY(${start}px)`, height: HEIGHT }}
            >
              <div className={classes.tick} role="gridcell">
                <Checkbox
                  size="xs"
                  aria-label={`Select row ${index + 1}`}
                  checked={selected.has(row.id)}
                  onChange={(event) => {
                    const next = new Set(selected);
                    if (event.currentTarget.checked) next.add(row.id);
                    else next.delete(row.id);
                    onSelect(next);
                  }}
                />
              </div>
              {columns.map((column, place) => {
                const here = at.row === index && at.column === place;
                return (
                  <div
                    key={column.name}
                    id={`cell-${index}-${place}`}
                    role="gridcell"
                    className={classes.cell}
                    data-active={here || undefined}
                    onClick={() => setAt({ row: index, column: place })}
                    onDoubleClick={() => setWriting(showCell(row[column.name]))}
                  >
                    {here && writing !== null ? (
                      <input
                        // biome-ignore lint/a11y/noAutofocus: it opens on purpose, to be written in
                        autoFocus
                        className={classes.input}
                        aria-label={`${column.name} of row ${index + 1}`}
                        value={writing}
                        onChange={(event) => setWriting(event.currentTarget.value)}
                        onBlur={() => writing !== null && write(writing)}
                        onKeyDown={(event) => {
                          event.stopPropagation();
                          if (event.key === "Escape") {
                            setWriting(null);
                            frame.current?.focus();
                          } else if (event.key === "Enter" || event.key === "Tab") {
                            event.preventDefault();
                            write(writing);
                            if (event.key === "Enter") move(1, 0);
                            else move(0, event.shiftKey ? -1 : 1);
                          }
                        }}
                      />
                    ) : (
                      <span className={classes.text} data-null={row[column.name] == null || undefined}>
                        {row[column.name] == null ? "empty" : showCell(row[column.name])}
                      </span>
                    )}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
      {rows.length === 0 && (
        <div className={classes.none}>
          No rows. Add one, paste some from a spreadsheet, or let a workflow write them.
        </div>
      )}
    </div>
  );
}
