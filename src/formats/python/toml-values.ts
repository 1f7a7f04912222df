import { isTomlTable, readToml, type TomlTable, type TomlValue } from '../toml.ts';

export type { TomlTable, TomlValue };

/** What TOML holds under a key; what is not of the expected type counts as absent. */
export class TomlView {
  readonly #table: TomlTable | undefined;

  constructor(value: TomlValue | undefined) {
    this.#table = isTomlTable(value) ? value : undefined;
  }

  /** @throws TomlError for what is no TOML */
  static read(text: string): TomlView {
    return new TomlView(readToml(text));
  }

  get exists(): boolean {
    return this.#table !== undefined;
  }

  value(key: string): TomlValue | undefined {
    return this.#table?.entries.get(key);
  }

  has(key: string): boolean {
    return this.value(key) !== undefined;
  }

  text(key: string): string | undefined {
    const value = this.value(key);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  }

  /** The texts of a list. */
  texts(key: string): readonly string[] {
    return this.#list(key).filter((one) => typeof one === 'string');
  }

  table(key: string): TomlView {
    return new TomlView(this.value(key));
  }

  /** The tables of a list. */
  tables(key: string): readonly TomlView[] {
    return this.#list(key).flatMap((one) => (isTomlTable(one) ? [new TomlView(one)] : []));
  }

  keys(): readonly string[] {
    return [...(this.#table?.entries.keys() ?? [])];
  }

  #list(key: string): readonly TomlValue[] {
    const value = this.value(key);
    return Array.isArray(value) ? (value as readonly TomlValue[]) : [];
  }
}
