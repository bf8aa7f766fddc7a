/** Every zone this browser knows; the server checks against its own list. */
export const zones = [...new Set([...Intl.supportedValuesOf("timeZone"), "UTC"])].toSorted();
