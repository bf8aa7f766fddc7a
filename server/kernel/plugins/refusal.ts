import { ConfigError } from "../config.ts";

/** A start that a plugin stops; the line names the plugin, the field and the way out. */
export class PluginRefusal extends ConfigError {
  readonly plugin: string;
  readonly field: string;
  constructor(plugin: string, field: string, reason: string) {
    super(`plugin ${plugin}, ${field}: ${reason} (start with --without ${plugin} to leave it out)`);
    this.name = "PluginRefusal";
    this.plugin = plugin;
    this.field = field;
  }
}
