import { randomBytes } from 'node:crypto';
import type { Value } from '../expression/value.ts';
import { hostOf } from '../http/request.ts';
import type { Service } from '../service.ts';
import { fill } from './fill.ts';
import type { Template } from './template.ts';

/** What names mean while a template runs: of the target, the template, a round, and of answers. */
export class Values {
  readonly #values = new Map<string, Value>();
  readonly #outer: Values | undefined;

  constructor(outer?: Values) {
    this.#outer = outer;
  }

  get = (name: string): Value | undefined => {
    const value = this.#values.get(name) ?? this.#outer?.get(name);
    if (value === undefined && /^randstr(?:_\d{1,3})?$/.test(name)) {
      // The same within one run.
      const drawn = randomBytes(14).toString('hex').slice(0, 27);
      (this.#outer ?? this).set(name, drawn);
      return drawn;
    }
    return value;
  };

  set(name: string, value: Value): void {
    this.#values.set(name, value);
  }

  setAll(values: Iterable<readonly [string, Value]>): void {
    for (const [name, value] of values) this.#values.set(name, value);
  }
}

/** Names that every template may use, and its own variables. */
export function startingValues(template: Template, service: Service): Values {
  const { port } = service.door.port;
  const scheme = service.encrypted ? 'https' : 'http';
  const host = hostOf(service);
  const values = new Values();
  values.setAll([
    ['BaseURL', `${scheme}://${host}`],
    ['RootURL', `${scheme}://${host}`],
    ['Hostname', `localhost:${port}`],
    ['Host', 'localhost'],
    ['FQDN', 'localhost'],
    ['RDN', 'localhost'],
    ['DN', 'localhost'],
    ['SD', ''],
    ['TLD', ''],
    ['IP', '127.0.0.1'],
    ['Port', String(port)],
    ['Path', ''],
    ['File', ''],
    ['Scheme', scheme],
    ['Schema', scheme],
    ['Input', `${scheme}://${host}`],
    ['host', 'localhost'],
    ['port', port],
    ['type', 'http'],
    ['template_id', template.id],
  ]);
  for (const [name, text] of template.variables) values.set(name, fill(text, values.get).text);
  return values;
}
