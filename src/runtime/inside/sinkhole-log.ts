import type { Observation } from '../../model/observation.ts';
import type { SinkholeLine } from './sinkhole.ts';

/** Characters of one line, and lines that are kept. */
const LINE = 8192;
const KEPT = 10_000;

/** A name that was asked for, or a connection that was made to the sinkhole. */
export type SinkholeEvent = Extract<SinkholeLine, { readonly event: 'dns' | 'connection' }>;

/** What a sinkhole tells, line by line. The texts in it are those of the image. */
export class SinkholeLog {
  readonly events: SinkholeEvent[] = [];
  /** Settles when it listens, with its addresses and ports. */
  readonly ready: Promise<Extract<SinkholeLine, { readonly event: 'ready' }>>;
  /** What was left out, by it or here. */
  #dropped = 0;
  #rest = '';
  #isLong: boolean = false;
  #settle!: (line: Extract<SinkholeLine, { readonly event: 'ready' }>) => void;

  constructor() {
    this.ready = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Sentences that say what is not told. */
  get gaps(): readonly string[] {
    return this.#dropped > 0
      ? [`${this.#dropped} questions and connections to the network that leads nowhere were not taken down.`]
      : [];
  }

  /** A piece of its standard output. */
  add(text: string): void {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      if (this.#isLong || line.length > LINE) this.#dropped++;
      else this.#take(line);
      this.#isLong = false;
    }
    if (this.#rest.length > LINE) [this.#rest, this.#isLong] = ['', true];
  }

  #take(text: string): void {
    const line = readLine(text);
    if (line === undefined) this.#dropped++;
    else if (line.event === 'ready') this.#settle(line);
    else if (line.event === 'dropped') this.#dropped += line.count;
    else if (this.events.length >= KEPT) this.#dropped++;
    else this.events.push(line);
  }

  /** Names and ports that were called, each once, by name and port. */
  contacts(): Observation['contacts'] {
    const counts = new Map<string, { name?: string; port?: number; count: number }>();
    for (const event of this.events) {
      const name =
        event.event === 'dns' ? event.name : (event.serverName ?? event.http?.host?.replace(/:\d{1,5}$/, ''));
      const port = event.event === 'dns' ? undefined : event.port;
      const key = `${name ?? ''}\0${port ?? ''}`;
      const known = counts.get(key);
      if (known !== undefined) known.count++;
      else counts.set(key, { ...(name !== undefined && { name }), ...(port !== undefined && { port }), count: 1 });
    }
    return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, contact]) => contact);
  }
}

function readLine(text: string): SinkholeLine | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = value as Readonly<Record<string, unknown>>;
  const has = (names: readonly string[], type: 'string' | 'number'): boolean =>
    names.every((name) => typeof fields[name] === type);
  switch (fields['event']) {
    case 'ready':
      return Array.isArray(fields['addresses']) && Array.isArray(fields['ports']) ? (value as SinkholeLine) : undefined;
    case 'dns':
      return has(['from', 'name', 'type'], 'string') && has(['at'], 'number') ? (value as SinkholeLine) : undefined;
    case 'connection':
      return has(['from', 'protocol', 'first'], 'string') && has(['at', 'port', 'bytes'], 'number')
        ? (value as SinkholeLine)
        : undefined;
    case 'dropped':
      return has(['count'], 'number') ? (value as SinkholeLine) : undefined;
    default:
      return undefined;
  }
}
