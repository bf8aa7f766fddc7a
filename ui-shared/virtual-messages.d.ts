/** Compiled catalogues, see messages-plugin.ts. */
declare module "virtual:messages/en" {
  const table: Readonly<Record<string, (values?: Readonly<Record<string, string | number>>) => string>>;
  export default table;
}
declare module "virtual:messages/de" {
  const table: Readonly<Record<string, (values?: Readonly<Record<string, string | number>>) => string>>;
  export default table;
}
declare module "virtual:messages/ar" {
  const table: Readonly<Record<string, (values?: Readonly<Record<string, string | number>>) => string>>;
  export default table;
}
