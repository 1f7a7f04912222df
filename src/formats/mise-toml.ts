import { isTomlTable, readToml, type TomlValue } from './toml.ts';

/** A tool that `mise.toml` asks for. */
export interface MiseTool {
  readonly name: string;
  /** As written: a version, its beginning, `latest`. */
  readonly version: string;
}

const MAX_TOOLS = 1000;

/**
 * Reads `[tools]` of `mise.toml` (mise.jdx.dev, "Configuration"): a text, a table with `version`, or a list of these.
 * @throws FormatError where it is no TOML
 */
export function parseMiseToml(text: string): readonly MiseTool[] {
  const tools = readToml(text).entries.get('tools');
  if (!isTomlTable(tools)) return [];
  const found: MiseTool[] = [];
  for (const [name, value] of [...tools.entries].slice(0, MAX_TOOLS)) {
    for (const one of Array.isArray(value) ? (value as readonly TomlValue[]).slice(0, 20) : [value as TomlValue]) {
      const version = isTomlTable(one) ? one.entries.get('version') : one;
      if (typeof version === 'string' || typeof version === 'number') found.push({ name, version: String(version) });
    }
  }
  return found;
}
