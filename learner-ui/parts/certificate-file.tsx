/** Saving a certificate. It is valid at once; its document may take a few seconds, for which we wait politely. */
import { useEffect, useRef, useState } from "preact/hooks";
import { announce } from "./announce.ts";
import { api, ApiFailure } from "./api.ts";
import { FailureNote } from "./failure.tsx";
import { Submit } from "./form.tsx";
import { Icon } from "./icon.tsx";
import { t } from "./words.ts";

function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The document, or undefined while it is being made. */
async function readyPdf(certificateId: string, signal: AbortSignal): Promise<Blob | undefined> {
  try {
    const answer: unknown = await api.certificates.minePdf({ certificateId }, { signal });
    return answer instanceof Blob ? answer : undefined;
  } catch (error) {
    if (error instanceof ApiFailure && error.code === "request.pending") return undefined;
    throw error;
  }
}

export function CertificateFile({ certificateId, number, kind = "main" }: { readonly certificateId: string; readonly number: string; readonly kind?: string }) {
  const [state, setState] = useState<"idle" | "loading" | "waiting">("idle");
  const [failure, setFailure] = useState<ApiFailure>();
  const stop = useRef(new AbortController());
  useEffect(() => { const each = stop.current; return () => each.abort(); }, []);

  async function fetchIt(): Promise<void> {
    setFailure(undefined);
    setState("loading");
    try {
      for (let round = 0; !stop.current.signal.aborted; round += 1) {
        const file = await readyPdf(certificateId, stop.current.signal);
        if (file !== undefined) { save(file, `${number}.pdf`); announce(t("certificate.saved")); break; }
        if (round === 0) announce(t("certificate.waiting"));
        setState("waiting");
        await new Promise((done) => { setTimeout(done, Math.min(1_000 + round * 500, 5_000)); });
      }
    } catch (error) {
      if (stop.current.signal.aborted) return;
      if (!(error instanceof ApiFailure)) throw error;
      setFailure(error);
    }
    setState("idle");
  }

  return (
    <>
      <Submit busy={state !== "idle"} kind={kind} onClick={() => { void fetchIt(); }}><Icon name="download" />{state === "waiting" ? t("certificate.waiting") : t("certificate.save")}</Submit>
      <FailureNote failure={failure} />
    </>
  );
}
