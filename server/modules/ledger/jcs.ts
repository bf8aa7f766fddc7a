export { jcs, NotCanonical } from "../../kernel/jcs.ts";
