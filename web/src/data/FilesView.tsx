import { Stack, Text } from "@mantine/core";
import { File, FileText, Image } from "lucide-react";
import { useEffect, useMemo } from "react";
import type { Item } from "@/model/workflow";
import classes from "./data.module.css";
import { filesOf } from "./files";
import { Limited } from "./Limited";
import type { Rows } from "./rows";
import { TEXTS } from "./texts";

/** The files of the items that were read, each with its name, kind and size. */
export function FilesView({ rows }: { rows: Rows }) {
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
            </div>
          )}
        </Limited>
      </div>
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
