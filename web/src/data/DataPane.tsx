import {
  Alert,
  Button,
  Center,
  Loader,
  SegmentedControl,
  Text,
  TextInput,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { useDebouncedValue, useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Braces, Files, ListTree, Search, Table2, TriangleAlert } from "lucide-react";
import { type ReactNode, useCallback, useMemo, useState } from "react";
import { messageOf } from "@/api/problems";
import type { Item } from "@/model/workflow";
import classes from "./data.module.css";
import { FieldMenu, type OpenMenu } from "./FieldMenu";
import { FilesView } from "./FilesView";
import { FieldActionsProvider, type FieldPlace } from "./field";
import { type ItemSource, MOST_READ, PAGE, useFirstItems, useItem, useItems, wholeOf } from "./items";
import { JsonView } from "./JsonView";
import { type Hovered, isLinked, originsOf } from "./links";
import type { Marks, Rows } from "./rows";
import { SchemaView } from "./SchemaView";
import { itemMatches } from "./search";
import { TableView } from "./TableView";
import { TEXTS } from "./texts";
import { ValueModal } from "./ValueModal";
import { counted } from "./values";

export type DataView = "schema" | "table" | "json" | "binary";

const ICONS = { schema: ListTree, table: Table2, json: Braces, binary: Files };
const FIRST_PAGE: readonly number[] = [0];

export interface DataPaneProps {
  /** Which side of the node: also where the view that was last chosen is kept. */
  side: "input" | "output";
  label: string;
  /** Give it a `key` of its own: another source begins at its top. */
  source: ItemSource;
  /** Where expressions for these items begin: `$json`, or `$('Node').item.json`. */
  root: string;
  selected?: number | null;
  onSelect?: (index: number) => void;
  hovered?: Hovered | null;
  onHover?: (hovered: Hovered | null) => void;
  /** Which input of the node the pane beside shows, for links between items. */
  input?: number;
  /** On the right of the bar. */
  actions?: ReactNode;
  /** In place of the items where there are none. */
  empty?: ReactNode;
}

/** Items: as a schema, a table, JSON, or their files; searched, and read as they are scrolled to. */
export function DataPane({
  side,
  label,
  source,
  root,
  selected = null,
  onSelect,
  hovered = null,
  onHover,
  input = 0,
  actions,
  empty,
}: DataPaneProps) {
  const [kept, setView] = useLocalStorage<DataView>({
    key: `headrace.data.${side}`,
    defaultValue: side === "input" ? "schema" : "table",
    getInitialValueInEffect: false,
  });
  const [typed, setTyped] = useState("");
  const [wanted] = useDebouncedValue(typed, 150);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const [whole, setWhole] = useState<FieldPlace | null>(null);
  const sample = useFirstItems(source);
  const chosen = useItem(source, selected ?? 0);
  const hasFiles = sample.some((item) => item.binary !== undefined);
  const view = kept === "binary" && !hasFiles ? "table" : kept;
  const searched = useSearch(source, view === "schema" ? "" : wanted);
  const { rows, error, retry } = useRows(source, searched.found);

  const fields = useMemo(
    () => ({ root, menu: (place: FieldPlace, at: Element) => setMenu({ ...place, at }), show: setWhole }),
    [root],
  );
  const marks: Marks = {
    selected,
    select: (index) => onSelect?.(index),
    linked: (index, item) => isLinked(hovered, side, index, item),
    hover: (index, item) =>
      onHover?.(index === null ? null : { side, index, from: item === undefined ? [] : originsOf(item, input) }),
  };
  const total = source.kind === "held" ? source.items.length : source.total;
  const views = (["schema", "table", "json", "binary"] as const).filter((one) => one !== "binary" || hasFiles);

  return (
    <FieldActionsProvider value={fields}>
      <div className={classes.pane}>
        <div className={classes.bar}>
          <span className={classes.count} aria-live="polite">
            {searched.found !== null ? `${searched.found.length} of ${counted(total)}` : counted(total)}
          </span>
          <TextInput
            className={classes.search ?? ""}
            size="xs"
            variant="unstyled"
            type="search"
            aria-label={TEXTS.search}
            placeholder={TEXTS.search}
            leftSection={searched.busy ? <Loader size={12} aria-label={TEXTS.searching} /> : <Search size={14} />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape" && typed !== "") {
                event.stopPropagation();
                setTyped("");
              }
            }}
          />
          {actions}
          <SegmentedControl
            size="xs"
            aria-label={`How to show the ${side}`}
            value={view}
            onChange={(next) => setView(next as DataView)}
            data={views.map((one) => ({ value: one, label: <ViewLabel view={one} /> }))}
          />
        </div>
        <div className={classes.body}>
          {searched.short && (
            <Text className={classes.note}>
              {TEXTS.searchedSome(MOST_READ.toLocaleString("en"), total.toLocaleString("en"))}
            </Text>
          )}
          {error !== null || searched.error !== null ? (
            <Alert color="red" m="sm" icon={<TriangleAlert size={18} />} title="The items could not be read">
              <Text size="sm">{messageOf(error ?? searched.error)}</Text>
              <Button size="xs" variant="default" mt="xs" onClick={() => (error !== null ? retry() : searched.retry())}>
                Try again
              </Button>
            </Alert>
          ) : total === 0 ? (
            (empty ?? <Text className={classes.note}>{TEXTS.noItems}</Text>)
          ) : rows.count === 0 ? (
            <Text className={classes.note}>
              {TEXTS.nothingFound}{" "}
              <button type="button" className={classes.more} onClick={() => setTyped("")}>
                {TEXTS.clearSearch}
              </button>
            </Text>
          ) : sample.length === 0 ? (
            <Center py="xl">
              <Loader size="sm" aria-label="Loading" />
            </Center>
          ) : view === "schema" ? (
            <SchemaView sample={sample} item={chosen} wanted={wanted} total={total} />
          ) : view === "table" ? (
            <TableView rows={rows} sample={sample} marks={marks} label={label} />
          ) : view === "json" ? (
            <JsonView rows={rows} marks={marks} label={label} />
          ) : (
            <FilesView rows={rows} source={source} />
          )}
        </div>
      </div>
      {menu !== null && (
        <FieldMenu
          open={menu}
          root={root}
          onClose={() => setMenu(null)}
          onShow={({ path, value }) => setWhole({ path, value })}
        />
      )}
      {whole !== null && <ValueModal place={whole} onClose={() => setWhole(null)} />}
    </FieldActionsProvider>
  );
}

function ViewLabel({ view }: { view: DataView }) {
  const Icon = ICONS[view];
  return (
    <Tooltip label={TEXTS.views[view]}>
      <span className={classes.viewIcon}>
        <Icon size={14} aria-hidden />
        <VisuallyHidden>{TEXTS.views[view]}</VisuallyHidden>
      </span>
    </Tooltip>
  );
}

/** What a search found: null while nothing is searched for, or before everything is read. */
function useSearch(source: ItemSource, wanted: string) {
  const searching = wanted.trim() !== "";
  const run = source.kind === "run" ? source : null;
  const query = useQuery({
    ...wholeOf(run ?? { kind: "run", executionId: "", node: "", run: 0, output: 0, total: 0 }),
    enabled: searching && run !== null,
  });
  const items = source.kind === "held" ? source.items : query.data;
  const found = useMemo(() => {
    if (!searching || items === undefined) return null;
    return items.flatMap((item, index) => (itemMatches(item, wanted) ? [{ index, item }] : []));
  }, [searching, items, wanted]);
  return {
    found: found as readonly { index: number; item: Item }[] | null,
    busy: searching && items === undefined && !query.isError,
    short: searching && run !== null && run.total > MOST_READ,
    error: searching ? query.error : null,
    retry: query.refetch,
  };
}

function useRows(source: ItemSource, found: readonly { index: number; item: Item }[] | null) {
  const [pages, setPages] = useState(FIRST_PAGE);
  const items = useItems(source, pages);
  const want = useCallback((first: number, last: number) => {
    const from = Math.floor(first / PAGE);
    const to = Math.floor(last / PAGE);
    setPages((now) =>
      now[0] === from && now.at(-1) === to ? now : Array.from({ length: to - from + 1 }, (_, step) => from + step),
    );
  }, []);
  const rows = useMemo(
    (): Rows =>
      found === null
        ? { count: items.total, indexOf: (row) => row, item: items.at, want }
        : {
            count: found.length,
            indexOf: (row) => found[row]?.index ?? row,
            item: (row) => found[row]?.item,
            want: () => {},
          },
    [found, items, want],
  );
  return { rows, error: items.error, retry: items.retry };
}
