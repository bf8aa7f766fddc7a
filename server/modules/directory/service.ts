export { errorFile, feeds, rows, run, runs } from "./service/read.ts";
export { apply, cancel, plan, setMapping, upload } from "./service/runs.ts";
