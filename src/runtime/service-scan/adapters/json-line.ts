/** A JSON object of somebody else: every member is asked for with the type that it should have. */
export class JsonObject {
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(members: object) {
    this.#members = members as Readonly<Record<string, unknown>>;
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#members, name) ? this.#members[name] : undefined;
  }

  /** A text, or a number as text. */
  text(name: string): string | undefined {
    const value = this.#get(name);
    return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
  }

  /** A list of texts, of at most a hundred; one text counts as a list. */
  texts(name: string): string[] {
    const value = this.#get(name);
    const list: unknown[] = Array.isArray(value) ? value.slice(0, 100) : [value];
    return list.filter((one) => typeof one === 'string');
  }

  member(name: string): JsonObject | undefined {
    return objectOf(this.#get(name));
  }

  members(name: string, most = 100_000): JsonObject[] {
    const value = this.#get(name);
    if (!Array.isArray(value)) return [];
    return value
      .slice(0, most)
      .map(objectOf)
      .filter((one) => one !== undefined);
  }
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? new JsonObject(value) : undefined;
}

/** Reads a document; undefined where it is no JSON object. */
export function readJsonLine(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}
