import { useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";

/** Who is logged in, and the tenants they may act in. */
export function useMe() {
  return useQuery({ queryKey: ["me"], queryFn: () => got(api.GET("/api/v1/me")), staleTime: 60_000 });
}
