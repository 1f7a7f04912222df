import { isTomlTable, type TomlTable } from '../toml.ts';

/** The text of a key, if it is one; blank ones count as absent. */
export function textAt(table: TomlTable | undefined, key: string): string | undefined {
  const value = table?.entries.get(key);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}

/** The table of a key, if it is one. */
export function tableAt(table: TomlTable | undefined, key: string): TomlTable | undefined {
  const value = table?.entries.get(key);
  return isTomlTable(value) ? value : undefined;
}
