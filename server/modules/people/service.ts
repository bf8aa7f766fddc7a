export { change, changeEmployment, endEmployment, record, setSuperior, startEmployment } from "./service/record.ts";
export { detail, exportList, facets, facts, list } from "./service/read.ts";
export { changeSite, createOrgUnit, createSite, moveOrgUnit, orgUnits, renameOrgUnit, sites } from "./service/units.ts";
