import { useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";
import type { Parameter } from "@/nodes/descriptions";

/** A kind of credential and its fields. */
export interface CredentialType {
  readonly name: string;
  readonly title: string;
  readonly fields: readonly Parameter[];
  readonly extends: readonly string[];
}

export function useCredentialTypes() {
  return useQuery({
    queryKey: ["credential-types"],
    queryFn: async () =>
      ((await got(api.GET("/api/v1/credential-types"))) as unknown as { data: CredentialType[] }).data,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** It is connected in a window of the service, where the person says yes. */
export function isOAuth2(type: CredentialType, data: Readonly<Record<string, unknown>>): boolean {
  const oauth = type.name === "oAuth2Api" || type.extends.includes("oAuth2Api");
  return oauth && data.grantType !== "clientCredentials";
}
