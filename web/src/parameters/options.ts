import { useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";
import type { NodeDescription } from "@/nodes/descriptions";

export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** What a resource locator's list offers: of nodes whose things are kept in this installation. */
export function useResources(description: NodeDescription): readonly Choice[] | null {
  const kind = /\.executeWorkflow$/.test(description.type)
    ? "workflows"
    : /\.dataTable$/.test(description.type)
      ? "tables"
      : null;
  const found = useQuery({
    queryKey: ["resources", kind],
    enabled: kind !== null,
    queryFn: async (): Promise<readonly Choice[]> => {
      if (kind === "tables") {
        const { data } = await got(api.GET("/api/v1/data-tables"));
        return data.map((table) => ({ value: table.id, label: table.name }));
      }
      const { data } = await got(api.GET("/api/v1/workflows", { params: { query: { summary: true, limit: 250 } } }));
      return data.map((one) => ({ value: String(one.id), label: String(one.name) }));
    },
  });
  return kind === null ? null : (found.data ?? []);
}

/** The columns of a data table, by its id or its name; empty while that is not known. */
export function useColumns(table: string): readonly Choice[] {
  const found = useQuery({
    queryKey: ["columns", table],
    enabled: table !== "" && !table.startsWith("="),
    retry: false,
    queryFn: async (): Promise<readonly Choice[]> => {
      const { data } = await got(api.GET("/api/v1/data-tables"));
      const one = data.find((candidate) => candidate.id === table || candidate.name === table);
      return (one?.columns ?? []).map((column) => ({ value: column.name, label: column.name }));
    },
  });
  return found.data ?? [];
}
