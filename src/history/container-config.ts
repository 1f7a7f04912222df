/** What a container of the image starts with, as far as the image says so in the form that it should. */
export interface ContainerConfig {
  /** As written: a name, a number, `user:group`; '' is root. */
  readonly user: string;
  readonly env: readonly EnvironmentVariable[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly workingDirectory: string;
  readonly volumes: readonly string[];
  readonly ports: readonly ExposedPort[];
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly onBuild: readonly string[];
  readonly stopSignal?: string;
  readonly shell?: readonly string[];
  readonly healthcheck?: Healthcheck;
  /** Fields that are of another type than they should be, by name. */
  readonly odd: readonly string[];
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

export interface ExposedPort {
  /** As written: `80/tcp`. */
  readonly text: string;
  /** Undefined where it is none. */
  readonly port?: number;
  readonly protocol: string;
}

export interface Healthcheck {
  /** `NONE`, or `CMD` with a program, or `CMD-SHELL` with a line for the shell. */
  readonly test: readonly string[];
  /** Nanoseconds, as Docker writes them. */
  readonly interval?: number;
  readonly timeout?: number;
  readonly startPeriod?: number;
  readonly retries?: number;
}

/** Entries of one list that are looked at: more than any container has. */
const MOST = 10_000;

/**
 * Reads the `config` of an image configuration (OCI image specification, "Image Configuration"; Docker adds `Healthcheck`,
 * `OnBuild`, `Shell`). Everything may be of any type.
 */
export function readContainerConfig(config: Readonly<Record<string, unknown>>): ContainerConfig {
  const reader = new Fields(config);
  const entrypoint = reader.words('Entrypoint');
  const command = reader.words('Cmd');
  const stopSignal = reader.text('StopSignal');
  const shell = reader.words('Shell');
  const healthcheck = readHealthcheck(reader);
  return {
    user: reader.text('User') ?? '',
    env: (reader.words('Env') ?? []).map(variable),
    ...(entrypoint !== undefined && { entrypoint }),
    ...(command !== undefined && { command }),
    workingDirectory: reader.text('WorkingDir') ?? '',
    volumes: reader.keys('Volumes'),
    ports: reader.keys('ExposedPorts').map(exposedPort),
    labels: reader.pairs('Labels'),
    onBuild: reader.words('OnBuild') ?? [],
    ...(stopSignal !== undefined && stopSignal !== '' && { stopSignal }),
    ...(shell !== undefined && { shell }),
    ...(healthcheck !== undefined && { healthcheck }),
    odd: reader.odd,
  };
}

function readHealthcheck(reader: Fields): Healthcheck | undefined {
  const fields = reader.inner('Healthcheck');
  if (fields === undefined) return undefined;
  const interval = fields.number('Interval');
  const timeout = fields.number('Timeout');
  const startPeriod = fields.number('StartPeriod');
  const retries = fields.number('Retries');
  const check = {
    test: fields.words('Test') ?? [],
    ...(interval !== undefined && { interval }),
    ...(timeout !== undefined && { timeout }),
    ...(startPeriod !== undefined && { startPeriod }),
    ...(retries !== undefined && { retries }),
  };
  reader.odd.push(...fields.odd.map((name) => `Healthcheck.${name}`));
  return check;
}

/** `A=1`; without a sign it is a name that has no value. */
function variable(text: string): EnvironmentVariable {
  const equals = text.indexOf('=');
  return equals < 0 ? { name: text, value: '' } : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

function exposedPort(text: string): ExposedPort {
  const [number = '', protocol = 'tcp'] = text.split('/', 2);
  const isNumber = /^\d{1,9}$/.test(number);
  return { text, protocol: protocol.toLowerCase(), ...(isNumber && { port: Number(number) }) };
}

/** Takes fields out of an object, and notes those that are of another type. `null` is as good as nothing: Go writes it. */
class Fields {
  readonly odd: string[] = [];
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(record: Readonly<Record<string, unknown>>) {
    this.#record = record;
  }

  text(name: string): string | undefined {
    return this.#take(name, (value) => (typeof value === 'string' ? value : undefined));
  }

  number(name: string): number | undefined {
    return this.#take(name, (value) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined));
  }

  words(name: string): readonly string[] | undefined {
    return this.#take(name, (value) => {
      if (!Array.isArray(value)) return undefined;
      if (value.length > MOST || value.some((word) => typeof word !== 'string')) this.odd.push(name);
      return value.slice(0, MOST).filter((word) => typeof word === 'string');
    });
  }

  /** The names of an object whose values say nothing. */
  keys(name: string): readonly string[] {
    return this.#entries(name).map(([key]) => key);
  }

  pairs(name: string): readonly (readonly [string, string])[] {
    return this.#entries(name).flatMap(([key, value]) => {
      if (typeof value === 'string') return [[key, value] as const];
      this.#note(name);
      return [];
    });
  }

  inner(name: string): Fields | undefined {
    return this.#take(name, (value) => (isRecord(value) ? new Fields(value) : undefined));
  }

  #entries(name: string): readonly [string, unknown][] {
    const record = this.#take(name, (value) => (isRecord(value) ? value : undefined));
    const entries = record === undefined ? [] : Object.entries(record);
    if (entries.length > MOST) this.#note(name);
    return entries.slice(0, MOST);
  }

  #take<T>(name: string, read: (value: unknown) => T | undefined): T | undefined {
    const value = Object.hasOwn(this.#record, name) ? this.#record[name] : undefined;
    if (value === undefined || value === null) return undefined;
    const taken = read(value);
    if (taken === undefined) this.#note(name);
    return taken;
  }

  #note(name: string): void {
    if (!this.odd.includes(name)) this.odd.push(name);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
