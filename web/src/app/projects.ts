import { useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";

/** Projects that the person may see. */
export function useProjects() {
  return useQuery({
    queryKey: ["projects"],
    queryFn: async () => (await got(api.GET("/api/v1/projects"))).data,
    staleTime: 60_000,
  });
}
