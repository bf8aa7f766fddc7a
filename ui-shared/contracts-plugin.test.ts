import { expect, it } from "vitest";
import { contractsModule } from "./contracts-plugin.ts";

it("leaves nothing of a contract but method and path", async () => {
  const text = await contractsModule();
  expect(text).toContain("\"mine\":{\"method\":\"GET\",\"path\":\"/api/obligations/mine\"}");
  expect(text).toContain("\"minePdf\":{\"method\":\"GET\",\"path\":\"/api/certificates/mine/:certificateId/pdf\",\"download\":true}");
  expect(text).not.toMatch(/zod|permission:|"permission"|"input"|"ids"/);
});
