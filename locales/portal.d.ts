// Generated from en/portal.json by ui-shared/messages-plugin.ts; do not edit.
export interface PortalMessages {

}
