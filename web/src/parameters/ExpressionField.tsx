import { ActionIcon, Modal, Skeleton, Text, Tooltip } from "@mantine/core";
import { Maximize2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { Json } from "@/model/workflow";
import { useKnown } from "./CodeField";
import { useForm } from "./context";
import classes from "./Field.module.css";
import { PreviewLine } from "./PreviewLine";

const CodeMirror = lazy(() => import("./code/CodeMirror"));

/** Text with expressions in it. It is stored with "=" in front, which is not shown. */
export function ExpressionField({
  id,
  label,
  value,
  path,
  plain = false,
  onChange,
}: {
  id?: string;
  label: string;
  value: string;
  path: string;
  /** Emptied, it is a plain value again: in rows that have no switch of their own. */
  plain?: boolean;
  onChange: (value: Json | undefined) => void;
}) {
  const { readOnly, previews } = useForm();
  const known = useKnown();
  const [large, setLarge] = useState(false);
  const failed = previews[path]?.error;
  const shared = {
    label: `${label}, expression`,
    language: "expression",
    value: value.slice(1),
    readOnly,
    known,
    failing: failed != null && failed !== "",
    onChange: (text: string) => onChange(plain && text === "" ? "" : `=${text}`),
    placeholder: "{{ $json.field }}",
  } as const;
  return (
    <div className={classes.editor} style={{ position: "relative" }} data-parameter={path}>
      <Tooltip label="More room">
        <ActionIcon
          className={classes.editorTools ?? ""}
          variant="subtle"
          color="gray"
          size="xs"
          aria-label={`${label}: more room`}
          onClick={() => setLarge(true)}
        >
          <Maximize2 size={11} />
        </ActionIcon>
      </Tooltip>
      <Suspense fallback={<Skeleton h={32} />}>
        <CodeMirror {...shared} id={id} rows={1} />
      </Suspense>
      {large && (
        <Modal opened onClose={() => setLarge(false)} title={`${label}: expression`} size="80vw">
          <div className={classes.editor} style={{ height: "44vh" }}>
            <Suspense fallback={<Skeleton h="100%" />}>
              <CodeMirror {...shared} rows={null} />
            </Suspense>
          </div>
          <Text size="sm" fw={600} mt="md" mb={4}>
            Result
          </Text>
          <PreviewLine path={path} />
        </Modal>
      )}
    </div>
  );
}
