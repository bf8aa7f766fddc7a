import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDays, addMonths, clockTime, dayIn, dueOf, earnedValidity, endOfDay, existingDay, floorOf, moreUrgent, overdueAt, renewsAt, resolved, standingAt, startOfDay } from "./rules.ts";

const year = { months: 12, anchor: "completion" } as const;
const kept = { months: 12, anchor: "previous_expiry" } as const;

describe("the table of domain.md, section 5", () => {
  it.each([
    [1, "2027-01-31", 1, "2027-02-28"], [2, "2028-01-31", 1, "2028-02-29"], [3, "2027-01-31", 2, "2027-03-31"], [3, "2027-01-31", 13, "2028-02-29"],
    [4, "2027-02-28", 12, "2028-02-28"], [5, "2028-02-29", 12, "2029-02-28"], [5, "2028-02-29", 48, "2032-02-29"], [6, "2023-02-12", 12, "2024-02-12"], [8, "2019-04-01", 12, "2020-04-01"],
  ])("row %i: %s + %i months", (_, from, months, to) => { expect(addMonths(from, months)).toBe(to); });
  it.each([[6, "2023-02-12", "2024-02-11"], [7, "2028-02-29", "2029-02-28"], [7, "2027-03-01", "2028-02-29"]])("row %i: day before, %s + 12 months", (_, from, to) => {
    expect(addMonths(from, 12, undefined, "day_before")).toBe(to);
  });
  it("row 8: days are not months", () => { expect(addDays("2019-04-01", 365)).toBe("2020-03-31"); });
  it("row 9: the window opens at local midnight", () => { expect(renewsAt("2027-03-31", 30, "Europe/Berlin")).toBe("2027-02-28T23:00:00.000Z"); });
  it("rows 10 and 11: renewal inside the window and late", () => {
    const previous = { validThroughOn: "2027-03-31", anchorOn: "2026-03-31" };
    expect(earnedValidity(kept, 30, "2027-03-10", previous)).toEqual({ validThroughOn: "2028-03-31", anchorOn: "2026-03-31" });
    expect(earnedValidity(year, 30, "2027-03-10", previous).validThroughOn).toBe("2028-03-10");
    for (const rule of [kept, year]) expect(earnedValidity(rule, 30, "2027-04-02", previous)).toEqual({ validThroughOn: "2028-04-02", anchorOn: "2027-04-02" });
    expect(earnedValidity({ ...kept, months: null }, 30, "2027-04-02", previous).validThroughOn).toBeNull();
  });
  it("row 16: no hire day, no date", () => { expect(dueOf({ kind: "relative", days: 30, from: "hired" }, "UTC", null, "2027-05-01T08:00:00.000Z")).toBeNull(); });
  it("row 17: the floor, where the rule's day has passed", () => {
    const now = "2027-05-01T08:00:00.000Z";
    expect(dueOf({ kind: "relative", days: 30, from: "hired" }, "Europe/Berlin", "2024-03-01", now)?.on).toBe("2024-03-31");
    expect(floorOf("Europe/Berlin", now, 14).on).toBe("2027-05-15");
  });
  it.each([
    [18, "2027-03-28", "Europe/Berlin", "2027-03-28T22:00:00.000Z"], [19, "2027-10-31", "Europe/Berlin", "2027-10-31T23:00:00.000Z"],
    [22, "2027-04-29", "Africa/Cairo", "2027-04-29T22:00:00.000Z"], [23, "2027-04-03", "America/Santiago", "2027-04-04T04:00:00.000Z"],
    [24, "2027-12-31", "Pacific/Kiritimati", "2027-12-31T10:00:00.000Z"], [24, "2027-12-31", "Pacific/Pago_Pago", "2028-01-01T11:00:00.000Z"],
    [25, "2011-12-30", "Pacific/Apia", "2011-12-31T10:00:00.000Z"], [29, "2027-06-30", "Pacific/Honolulu", "2027-07-01T10:00:00.000Z"],
  ])("row %i: due %s in %s", (_, on, zone, at) => { expect(endOfDay(on, zone)).toBe(at); });
  it("row 25: a day the zone skipped moves to the next", () => { expect(resolved("2011-12-30", "Pacific/Apia").on).toBe("2011-12-31"); });
  it("rows 20 and 21: clock times in a gap and an overlap", () => {
    expect(clockTime("2027-03-28T02:30", "Europe/Berlin", "due")).toBe("2027-03-28T01:30:00.000Z");
    expect(clockTime("2027-10-31T02:30", "Europe/Berlin", "due")).toBe("2027-10-31T01:30:00.000Z");
    expect(clockTime("2027-10-31T02:30", "Europe/Berlin", "start")).toBe("2027-10-31T00:30:00.000Z");
  });
  it("a day that comes twice because the clock goes back over midnight ends with the second", () => {
    // Newfoundland, until 2011: 00:01 on 7 November 2010 became 23:01 on the 6th.
    expect(endOfDay("2010-11-06", "America/St_Johns")).toBe("2010-11-07T03:30:00.000Z");
    // Havana goes back from 01:00 to 00:00 of the same day: the day before ends with the first midnight.
    expect(endOfDay("2027-11-06", "America/Havana")).toBe("2027-11-07T04:00:00.000Z");
  });
});

it("Lea keeps the 29th through four years of early renewals", () => {
  let earned = earnedValidity(kept, 30, "2028-02-29", null);
  const through = [earned.validThroughOn];
  for (let i = 0; i < 3; i++) {
    const expiry = earned.validThroughOn ?? "";
    earned = earnedValidity(kept, 30, addDays(expiry, -12), { validThroughOn: expiry, anchorOn: earned.anchorOn });
    through.push(earned.validThroughOn);
  }
  expect(through).toEqual(["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]);
});

it("a day's end is after its start, by 22 to 26 hours, and days follow without gap or overlap", () => {
  const zones = ["Europe/Berlin", "America/Santiago", "Africa/Cairo", "Pacific/Apia", "America/Havana", "Asia/Kolkata", "Pacific/Kiritimati", "Australia/Lord_Howe", "UTC"];
  fc.assert(fc.property(fc.integer({ min: 0, max: 12_000 }), fc.constantFrom(...zones), (n, zone) => {
    const on = existingDay(addDays("2012-01-02", n), zone);
    const end = endOfDay(on, zone);
    const hours = (Date.parse(end) - Date.parse(startOfDay(on, zone))) / 3_600_000;
    expect(hours).toBeGreaterThanOrEqual(22);
    expect(hours).toBeLessThanOrEqual(26);
    expect(end).toBe(startOfDay(existingDay(addDays(on, 1), zone), zone));
    expect(dayIn(new Date(Date.parse(end) - 1).toISOString(), zone)).toBe(on);
  }), { numRuns: 300 });
});

it("ten years of renewals at random lateness: validity never ends before it began, the day of the month is kept or clamped", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 365 }), fc.array(fc.integer({ min: -30, max: 60 }), { minLength: 10, maxLength: 10 }), fc.constantFrom(year, kept), (first, lateness, rule) => {
    let achieved = addDays("2027-01-01", first);
    let earned = earnedValidity(rule, 30, achieved, null);
    for (const late of lateness) {
      const expiry = earned.validThroughOn ?? "";
      achieved = addDays(expiry, late);
      const next = earnedValidity(rule, 30, achieved, { validThroughOn: expiry, anchorOn: earned.anchorOn });
      const through = next.validThroughOn ?? "";
      expect(through > achieved).toBe(true);
      expect(through > expiry).toBe(true);
      const anchor = Number(next.anchorOn.slice(8));
      expect(Number(through.slice(8)) === anchor || (Number(through.slice(8)) < anchor && addDays(through, 1).endsWith("-01"))).toBe(true);
      earned = next;
    }
  }));
});

describe("status", () => {
  const due = { on: "2027-03-10", zone: "UTC", at: "2027-03-11T00:00:00.000Z" };
  const owed = { endedAt: null, coveredUntil: null, wasCovered: false, open: { due, overdueAt: overdueAt("2027-03-10", 3, "UTC"), isRenewal: false } };
  it.each([
    ["2027-02-01T00:00:00.000Z", ["not_due"]], ["2027-03-10T23:59:59.999Z", ["not_due", "due_soon"]], ["2027-03-11T00:00:00.000Z", ["grace"]], ["2027-03-14T00:00:00.000Z", ["overdue"]],
  ])("open at %s: %s", (now, flags) => { expect(standingAt(owed, now)).toEqual({ status: "open", flags }); });
  it("compliant up to the exclusive end of its validity, then lapsed", () => {
    const o = { ...owed, coveredUntil: "2027-03-11T00:00:00.000Z", wasCovered: true, open: null };
    expect(standingAt(o, "2027-03-10T23:59:59.999Z")).toEqual({ status: "compliant", flags: [] });
    expect(standingAt(o, "2027-03-11T00:00:00.000Z")).toEqual({ status: "open", flags: ["lapsed"] });
  });
  it("not owed once the last reason has ended; unresolved without a date", () => {
    expect(standingAt({ ...owed, endedAt: "2027-01-01T00:00:00.000Z" }, "2027-02-01T00:00:00.000Z").status).toBe("not_owed");
    expect(standingAt({ ...owed, open: { due: { ...due, on: null, at: null }, overdueAt: null, isRenewal: false } }, "2027-02-01T00:00:00.000Z").flags).toEqual(["unresolved"]);
  });
  it("orders by urgency", () => {
    const card = (flag: "overdue" | "grace" | "not_due" | "unresolved", at: string | null) => ({ flags: [flag], due: { ...due, at } });
    const cards = [card("unresolved", null), card("not_due", "2027-05-01T00:00:00.000Z"), card("grace", "2027-02-01T00:00:00.000Z"), card("not_due", "2027-04-01T00:00:00.000Z"), card("overdue", "2027-01-01T00:00:00.000Z")];
    expect(cards.toSorted(moreUrgent).map((c) => c.due.at?.slice(0, 7) ?? null)).toEqual(["2027-01", "2027-02", "2027-04", "2027-05", null]);
  });
});
