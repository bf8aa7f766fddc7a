import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiFailure } from "../../server/kernel/client.ts";
import { outbox, type Outbox } from "./outbox.ts";

/** A browser's storage that can be full. */
class Shelf {
  [key: string]: unknown;
  static isFull = false;
  getItem(key: string): string | null { return typeof this[key] === "string" ? this[key] : null; }
  setItem(key: string, value: string): void { if (Shelf.isFull) throw new Error("full"); this[key] = value; }
  removeItem(key: string): void { delete this[key]; }
}

const gone = (): ApiFailure => new ApiFailure(0, {}, null);
const window_ = new EventTarget();
let boxes: Outbox<string>[] = [];
const open = (send: (key: string, value: string, seq: number) => Promise<string>, firstSeq = 0): Outbox<string> => {
  const box = outbox<string>("muster.sitting.s1", firstSeq, send);
  boxes.push(box);
  return box;
};

beforeEach(() => {
  vi.useFakeTimers();
  Shelf.isFull = false;
  vi.stubGlobal("localStorage", new Shelf());
  vi.stubGlobal("addEventListener", window_.addEventListener.bind(window_));
  vi.stubGlobal("removeEventListener", window_.removeEventListener.bind(window_));
});
afterEach(() => {
  for (const box of boxes) box.close();
  boxes = [];
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("outbox", () => {
  it("keeps what was given until the server has it, then forgets it", async () => {
    let answer: (at: string) => void = () => undefined;
    const box = open(() => new Promise((done) => { answer = done; }));
    box.put("q1", "a");
    expect(localStorage.getItem("muster.sitting.s1")).toContain("\"a\"");
    answer("2027-01-01T10:00:00.000Z");
    await box.settled();
    expect(localStorage.getItem("muster.sitting.s1")).toBeNull();
    expect(box.state.value).toMatchObject({ waiting: 0, savedAt: "2027-01-01T10:00:00.000Z", trouble: "none" });
  });

  it("sends one at a time, the newest value of each key, with growing numbers above the server's", async () => {
    const sent: [string, string, number][] = [];
    let release: (() => void)[] = [];
    const box = open((...each) => { sent.push(each); return new Promise((done) => { release.push(() => done("t")); }); }, 7);
    box.put("q1", "a");
    box.put("q1", "b");
    box.put("q2", "c");
    expect(sent).toEqual([["q1", "a", 8]]);
    const all = box.settled();
    for (let i = 0; i < 5; i += 1) { for (const go of release) go(); release = []; await vi.advanceTimersByTimeAsync(1); }
    await all;
    expect(sent).toEqual([["q1", "a", 8], ["q1", "b", 9], ["q2", "c", 10]]);
  });

  it("tries again by itself while the connection is gone, and at once when it is back", async () => {
    let isCut = true;
    const send = vi.fn(async () => { if (isCut) throw gone(); return "t"; });
    const box = open(send);
    box.put("q1", "a");
    await vi.advanceTimersByTimeAsync(0);
    expect(box.state.value).toMatchObject({ waiting: 1, trouble: "cut", isDurable: true });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(send.mock.calls.length).toBeGreaterThanOrEqual(4);
    isCut = false;
    window_.dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect(box.state.value).toMatchObject({ waiting: 0, trouble: "none" });
  });

  it("waits as long as a busy server asks, but at most a minute", async () => {
    const send = vi.fn(async () => { throw new ApiFailure(503, { code: "request.unavailable" }, 3_600); });
    open(send).put("q1", "a");
    await vi.advanceTimersByTimeAsync(59_000);
    expect(send).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(send).toHaveBeenCalledTimes(2);
  });

  it("sends what an earlier visit left behind, with its own number", async () => {
    open(async () => { throw gone(); }).put("q1", "left");
    await vi.advanceTimersByTimeAsync(0);
    boxes[0]?.close();
    const sent: unknown[] = [];
    const box = open(async (...each) => { sent.push(each); return "t"; }, 3);
    expect(box.waiting()).toEqual({ q1: "left" });
    await box.settled();
    expect(sent).toEqual([["q1", "left", 1]]);
    box.put("q1", "new");
    await box.settled();
    expect(sent.at(-1)).toEqual(["q1", "new", 4]);
  });

  it("stops at a refusal, keeps the rest and says so to whoever waits", async () => {
    const send = vi.fn(async () => { throw new ApiFailure(409, { code: "attempts.sitting_over" }, null); });
    const box = open(send);
    box.put("q1", "a");
    const waiting = expect(box.settled()).rejects.toMatchObject({ code: "attempts.sitting_over" });
    await vi.advanceTimersByTimeAsync(60_000);
    await waiting;
    expect(send.mock.calls.length).toBeLessThanOrEqual(2);
    expect(box.state.value).toMatchObject({ trouble: "refused", waiting: 1 });
  });

  it("tells a lost sign-in from a refusal", async () => {
    const box = open(async () => { throw new ApiFailure(401, { code: "request.unauthenticated" }, null); });
    box.put("q1", "a");
    await vi.advanceTimersByTimeAsync(0);
    expect(box.state.value.trouble).toBe("signed_out");
    expect(localStorage.getItem("muster.sitting.s1")).not.toBeNull();
  });

  it("says when this browser cannot keep anything", async () => {
    Shelf.isFull = true;
    const box = open(async () => { throw gone(); });
    box.put("q1", "a");
    await vi.advanceTimersByTimeAsync(0);
    expect(box.state.value).toMatchObject({ isDurable: false, trouble: "cut" });
  });

  it.each(["{", "null", "{\"seq\":\"x\"}", "{\"seq\":1,\"entries\":null}", "{\"seq\":1,\"entries\":[]}"])("reads over what it did not write: %s", (text) => {
    localStorage.setItem("muster.sitting.s1", text);
    const box = open(async () => "t");
    expect(box.waiting()).toEqual({});
  });
});
