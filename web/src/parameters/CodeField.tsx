import { ActionIcon, Modal, Skeleton, Tooltip } from "@mantine/core";
import { Maximize2 } from "lucide-react";
import { lazy, Suspense, useMemo, useState } from "react";
import { reach } from "@/model/graph";
import type { Known } from "./code/completion";
import { useForm } from "./context";
import classes from "./Field.module.css";

const CodeMirror = lazy(() => import("./code/CodeMirror"));

/** Code, with a window of its own for more of it. */
export function CodeField({
  id,
  label,
  language,
  value,
  onChange,
  rows,
}: {
  id?: string;
  label: string;
  language: "javascript" | "python" | "json" | "sql" | "html";
  value: string;
  path: string;
  onChange: (value: string) => void;
  rows: number;
}) {
  const { readOnly } = useForm();
  const known = useKnown();
  const [large, setLarge] = useState(false);
  const shared = { label, language, value, onChange, readOnly, known } as const;
  return (
    <div className={classes.editor} style={{ position: "relative" }}>
      <Tooltip label="More room">
        <ActionIcon
          className={classes.editorTools ?? ""}
          variant="default"
          size="sm"
          aria-label={`${label}: more room`}
          onClick={() => setLarge(true)}
        >
          <Maximize2 size={12} />
        </ActionIcon>
      </Tooltip>
      <Suspense fallback={<Skeleton h={rows * 20} />}>
        <CodeMirror {...shared} id={id} rows={rows} />
      </Suspense>
      {large && (
        <Modal opened onClose={() => setLarge(false)} title={label} size="90vw" styles={{ body: { height: "76vh" } }}>
          <div className={classes.editor} style={{ height: "100%" }}>
            <Suspense fallback={<Skeleton h="100%" />}>
              <CodeMirror {...shared} rows={null} />
            </Suspense>
          </div>
        </Modal>
      )}
    </div>
  );
}

/** What completion knows of the open node. */
export function useKnown(): Known {
  const { node, context } = useForm();
  return useMemo(
    () => ({ input: context.input, nodes: [...reach(context.workflow, node.name, "upstream")] }),
    [context.input, context.workflow, node.name],
  );
}
