import { MutationCache, QueryClient } from "@tanstack/react-query";
import { ApiError } from "@/api/problems";
import { complain } from "@/ui/notices";

declare module "@tanstack/react-query" {
  interface Register {
    // `meta: { quiet: true }`: the caller shows the failure itself.
    mutationMeta: { quiet?: boolean };
  }
}

/** Failures of changes are told at once; failures of reading are shown where the data would be. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
      },
    },
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        if (mutation.meta?.quiet !== true) complain(error);
      },
    }),
  });
}
