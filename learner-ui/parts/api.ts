/** Every call to the server: typed by the contracts, whose bodies never reach the bundle. */
import { ApiFailure, client, contracts } from "../../server/api.ts";
import { hearServerTime } from "./clock.ts";
import { online } from "./online.ts";

/** What the calls need from the session. */
export const calls: { csrf: string | null; onFailure: (failure: ApiFailure) => void } = { csrf: null, onFailure: () => undefined };

/** A phone between two cells may hang for minutes; after this the call counts as lost and is tried again. */
const patience = 20_000;

const reach: typeof fetch = async (address, init) => {
  const late = AbortSignal.timeout(patience);
  try {
    const response = await fetch(address, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, late]) : late });
    online.value = true;
    hearServerTime(response.headers.get("date"));
    return response;
  } catch (error) {
    if (init?.signal?.aborted !== true) online.value = false;
    throw error;
  }
};

const transport = { origin: "", csrf: () => calls.csrf, fetch: reach, onFailure: (failure: ApiFailure) => calls.onFailure(failure) };

export const api = {
  access: client(contracts.access, transport),
  attempts: client(contracts.attempts, transport),
  certificates: client(contracts.certificates, transport),
  obligations: client(contracts.obligations, transport),
  reports: client(contracts.reports, transport),
  settings: client(contracts.settings, transport),
};
export { ApiFailure };
