// Generated from en/shared.json by ui-shared/messages-plugin.ts; do not edit.
export interface SharedMessages {

}
