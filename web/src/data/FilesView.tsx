import { ActionIcon, Button, Stack, Text, Tooltip } from "@mantine/core";
import { Download, File, FileText, Image } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import type { Item } from "@/model/workflow";
import classes from "./data.module.css";
import { FileModal } from "./FileModal";
import { saveFile } from "./fileBytes";
import { filesOf, type ItemFile, previewOf } from "./files";
import type { ItemSource } from "./items";
import { Limited } from "./Limited";
import type { Rows } from "./rows";
import { TEXTS } from "./texts";

/** The files of the items that were read, each with its name, kind and size. */
export function FilesView({ rows, source }: { rows: Rows; source: ItemSource }) {
  const [opened, open] = useState<ItemFile | null>(null);
  useEffect(() => rows.want(0, 99), [rows]);
  const files = useMemo(() => {
    const items: (readonly [number, Item])[] = [];
    for (let row = 0; row < Math.min(rows.count, 1000); row++) {
      const item = rows.item(row);
      if (item !== undefined) items.push([rows.indexOf(row), item]);
    }
    return items.flatMap(([index, item]) => filesOf(item, index));
  }, [rows]);
  if (files.length === 0) return <Text className={classes.note}>{TEXTS.noFiles}</Text>;
  return (
    <div className={classes.scroller}>
      <div className={classes.files}>
        <Limited all={files}>
          {(file) => (
            <div key={`${file.item}:${file.field}`} className={classes.file}>
              <span className={classes.fileIcon}>
                <FileIcon type={file.mimeType} />
              </span>
              <Stack gap={0} style={{ flex: 1, minWidth: 0 }}>
                <Text size="sm" fw={550} truncate>
                  {file.name}
                </Text>
                <Text size="xs" c="dimmed" truncate>
                  Item {file.item + 1} · {file.field} · {file.mimeType} · {file.size}
                </Text>
              </Stack>
              {source.kind === "run" && (
                <>
                  {previewOf(file.mimeType) !== "none" && (
                    <Button size="xs" variant="default" onClick={() => open(file)}>
                      {TEXTS.preview}
                    </Button>
                  )}
                  <Tooltip label={TEXTS.download}>
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`${TEXTS.download} ${file.name}`}
                      onClick={() => void saveFile(source, file)}
                    >
                      <Download size={16} />
                    </ActionIcon>
                  </Tooltip>
                </>
              )}
            </div>
          )}
        </Limited>
      </div>
      {opened !== null && source.kind === "run" && (
        <FileModal file={opened} source={source} onClose={() => open(null)} />
      )}
    </div>
  );
}

function FileIcon({ type }: { type: string }) {
  if (type.startsWith("image/")) return <Image size={18} />;
  if (type.startsWith("text/") || type === "application/pdf" || type === "application/json") {
    return <FileText size={18} />;
  }
  return <File size={18} />;
}
