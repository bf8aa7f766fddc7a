import { QueryClient } from "@tanstack/react-query";
import { ApiFailure } from "../../server/api.ts";

/** Refusals are answers: only a lost connection or a busy server is tried again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000, refetchOnWindowFocus: true,
      retry: (count, error) => count < 2 && error instanceof ApiFailure && (error.status === 0 || error.status === 503),
      retryDelay: (count, error) => Math.max((error instanceof ApiFailure ? (error.retryAfterS ?? 0) : 0) * 1000, 600 * 2 ** count),
    },
    mutations: { retry: false },
  },
});

/** One key per intended write: the same press sent twice has one effect. */
export const newKey = (): string => crypto.randomUUID();
