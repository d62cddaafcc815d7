import { useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";
import { complain } from "@/ui/notices";
import type { ItemFile } from "./files";
import type { RunOutput } from "./items";

async function readFile(source: RunOutput, file: ItemFile): Promise<Blob> {
  const { executionId, node, run, output } = source;
  const call = api.GET("/api/v1/executions/{execution_id}/file", {
    params: { path: { execution_id: executionId }, query: { node, run, output, item: file.item, field: file.field } },
    parseAs: "blob",
  });
  return (await got(call)) as Blob;
}

/** The bytes of a file; not kept longer than they are looked at. */
export function useFileBytes(source: RunOutput, file: ItemFile, enabled: boolean) {
  const { executionId, node, run, output } = source;
  return useQuery({
    queryKey: ["execution", executionId, "file", node, run, output, file.item, file.field],
    queryFn: () => readFile(source, file),
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    structuralSharing: false,
  });
}

/** Saves a file to the person's own disk. */
export async function saveFile(source: RunOutput, file: ItemFile): Promise<void> {
  try {
    const address = URL.createObjectURL(await readFile(source, file));
    const link = document.createElement("a");
    link.href = address;
    link.download = file.name;
    link.click();
    URL.revokeObjectURL(address);
  } catch (thrown) {
    complain(thrown);
  }
}
