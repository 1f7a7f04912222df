import { isTomlTable, readToml, type TomlValue } from './toml.ts';

/** A tool that `mise.toml` asks for. */
export interface MiseTool {
  readonly name: string;
  /** As written: a version, its beginning, `latest`. */
  readonly version: string;
}

/** What `mise.toml` asks for. */
export interface MiseTools {
  readonly tools: readonly MiseTool[];
  /** Others of which there are more than are listed. */
  readonly more: number;
}

const MAX_TOOLS = 1000;

/**
 * Reads `[tools]` of `mise.toml` (mise.jdx.dev, "Configuration"): a text, a table with `version`, or a list of these.
 * @throws FormatError where it is no TOML
 */
export function parseMiseToml(text: string): MiseTools {
  const wanted = readToml(text).entries.get('tools');
  if (!isTomlTable(wanted)) return { tools: [], more: 0 };
  const tools: MiseTool[] = [];
  let more = 0;
  for (const [name, value] of wanted.entries) {
    for (const one of Array.isArray(value) ? (value as readonly TomlValue[]) : [value as TomlValue]) {
      const version = isTomlTable(one) ? one.entries.get('version') : one;
      if (typeof version !== 'string' && typeof version !== 'number') continue;
      if (tools.length < MAX_TOOLS) tools.push({ name, version: String(version) });
      else more++;
    }
  }
  return { tools, more };
}
