/** The door for plugins: the only module of the server they may import. */
export { definePlugin, secret } from "./kernel/plugins/types.ts";
export type { CertificateFormat, ExtensionPoints, Host, Plugin, PluginCall, PluginHandlers, PluginRecords, PointName } from "./kernel/plugins/types.ts";
export type { Files, StoredFile } from "./kernel/files.ts";
export { endpoint } from "./kernel/contract.ts";
export { Failure, kernelFailures } from "./kernel/errors.ts";
