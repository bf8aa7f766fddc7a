import type { ReactNode } from "react";
import { useRouter } from "@tanstack/react-router";
import { Failed } from "../parts/states.tsx";

export function BrokenPage({ error, reset }: { readonly error: unknown; readonly reset?: () => void }): ReactNode {
  const router = useRouter();
  return <Failed error={error} retry={() => { reset?.(); void router.invalidate(); }} />;
}
