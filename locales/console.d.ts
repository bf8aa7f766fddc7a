// Generated from en/console.json by ui-shared/messages-plugin.ts; do not edit.
export interface ConsoleMessages {

}
