/** Completion, renewal and revocation on both dialects. */
import { describe, expect, it } from "vitest";
import { everyone, inUnits, duties } from "../../../test/harness/duties.ts";
import { revokeProof } from "./service/credit.ts";

const { kernel, unit, people, draft, roll, clock, rows, tell, done } = duties();

describe("a completion", () => {
  it("settles, certifies, is renewed in its window and lapses when it is late", async () => {
    await people({ id: "ana", site: "berlin" });
    await roll((await draft(everyone)).id);
    const made = await done("ana");
    expect(made).toMatchObject({ settled: [{ validThroughOn: "2028-03-01", zone: "Europe/Berlin", renewsAt: "2028-01-30T23:00:00.000Z" }], certificates: [{ requirementId: made.settled[0]?.requirementId }] });
    expect(kernel().entries.map((e) => e.action)).toEqual(expect.arrayContaining(["proofs.recorded", "obligations.cycle_closed", "certificates.issued"]));
    let my = await tell("ana");
    expect(my).toMatchObject({ next: null, done: [{ status: "compliant", flags: [], validThroughOn: "2028-03-01", certificate: { state: "valid" } }], nextDate: { on: "2028-01-31", zone: "Europe/Berlin" } });
    kernel().clock.set("2028-01-30T22:59:00.000Z");
    await clock();
    expect((await tell("ana")).next).toBeNull();
    kernel().clock.set("2028-01-30T23:00:00.000Z");
    await clock();
    await clock();
    my = await tell("ana");
    expect(my.next).toMatchObject({ status: "compliant", flags: ["renewal", "not_due"], cycleNumber: 2, due: { on: "2028-03-01", at: "2028-03-01T23:00:00.000Z" } });
    kernel().clock.set("2028-03-06T12:00:00.000Z");
    expect((await tell("ana")).next).toMatchObject({ status: "open", flags: ["renewal", "overdue", "lapsed"] });
    await done("ana");
    expect(await rows("SELECT number, valid_through_on, close_code FROM cycles ORDER BY number")).toEqual([{ number: 1, valid_through_on: "2028-03-01", close_code: "done" }, { number: 2, valid_through_on: "2029-03-06", close_code: "done" }]);
  });

  it("without a duty is a proof with a certificate of its own; another person's is not settled", async () => {
    await people({ id: "ana", unit: "lab" }, { id: "bo", unit: "it" });
    await roll((await draft(inUnits("it"))).id);
    expect(await done("ana")).toMatchObject({ settled: [], certificates: [{ requirementId: null }] });
    expect((await tell("bo")).next).toMatchObject({ status: "open" });
    await expect(done("nobody")).rejects.toMatchObject({ code: "obligations.person_missing" });
  });

  it("one completion settles every requirement of its course, each by its own rule", async () => {
    await people({ id: "ana" });
    await roll((await draft(everyone)).id);
    await roll((await draft(everyone, { validity: { months: null, anchor: "completion" } })).id);
    const made = await done("ana");
    expect(made.settled.map((s) => s.validThroughOn).toSorted()).toEqual(["2028-03-01", null]);
    expect(made.certificates).toHaveLength(2);
  });

  it("revoked: certificate void, owed again with a fair date, the closed cycle stays closed", async () => {
    await people({ id: "ana" });
    await roll((await draft(everyone)).id);
    const { proofId } = await done("ana");
    kernel().clock.set("2027-08-01T10:00:00.000Z");
    await unit((ctx) => revokeProof(ctx, { proofId, reason: "Forged" }));
    await expect(unit((ctx) => revokeProof(ctx, { proofId, reason: "Forged" }))).rejects.toMatchObject({ code: "proofs.already_revoked" });
    expect(await rows("SELECT number, close_code, due_on FROM cycles ORDER BY number")).toEqual([{ number: 1, close_code: "done", due_on: "2027-06-30" }, { number: 2, close_code: null, due_on: "2027-08-15" }]);
    expect(await rows("SELECT state FROM certificates")).toEqual([{ state: "revoked" }]);
    expect((await tell("ana")).next).toMatchObject({ status: "open" });
    await done("ana");
    expect((await tell("ana")).done).toMatchObject([{ status: "compliant", validThroughOn: "2028-08-01" }]);
  });
});
