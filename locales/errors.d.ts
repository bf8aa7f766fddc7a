// Generated from en/errors.json by ui-shared/messages-plugin.ts; do not edit.
export interface ErrorsMessages {

}
