import { gunzipSync } from 'node:zlib';
import { readShared } from './shared.ts';
import type { TestResponse } from './v1-servers.ts';

type Headers = Readonly<Record<string, string | undefined>>;

/** One recorded exchange. */
export interface RecordedCase {
  readonly id: string;
  readonly title: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Headers;
    readonly body?: string;
    readonly bodyParts?: readonly { readonly text: string; readonly repeat?: number }[];
  };
  readonly response: null | {
    readonly status: number;
    readonly headers: Headers;
    readonly body: string;
    readonly json?: unknown;
  };
}

/** A case that Drydock answers differently. */
export interface Change {
  readonly id: string;
  readonly status: number;
  readonly json?: unknown;
  readonly body?: string;
  readonly why: string;
  readonly needs?: readonly string[];
  readonly apart?: readonly string[];
}

export interface Recording {
  readonly cases: readonly RecordedCase[];
  readonly changes: readonly Change[];
  readonly setup: readonly { readonly id: string; readonly before: string }[];
  readonly needs: Readonly<Record<string, readonly string[]>>;
}

export function readRecording(): Recording {
  const text = (name: string): string => readShared(`clair/golden/${name}`).toString();
  const { setup, needs } = JSON.parse(text('state.json')) as Pick<Recording, 'setup' | 'needs'>;
  return {
    cases: text('cases.ndjson')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RecordedCase),
    changes: JSON.parse(text('changes.json')) as Change[],
    setup,
    needs,
  };
}

/** What is expected of an answer: as recorded, or as changed. */
export interface Expected {
  readonly status: number;
  /** Absent: those of the recorded answer do not hold. */
  readonly headers?: Headers;
  readonly body: string;
  readonly json?: unknown;
}

/** Values of placeholders, learned on the way: `{page:326.NextPage}`. */
export type Placeholders = Map<string, string>;

export function fill(text: string, placeholders: Placeholders): string {
  return text.replace(/\{[a-z]+(?::[^{}"]+)?\}/g, (placeholder) => placeholders.get(placeholder) ?? placeholder);
}

/** An answer in a form in which equal ones are equal: what is expected and what came. */
export function comparable(
  expected: Expected,
  answer: TestResponse,
  placeholders: Placeholders,
): { readonly expected: object; readonly answered: object } {
  const zipped = answer.headers['Content-Encoding'] === 'gzip';
  const body = (zipped ? gunzipSync(answer.body) : answer.body).toString();
  const answered = body === '' || expected.json === undefined ? undefined : (JSON.parse(body) as unknown);
  if (answered !== undefined) learn(expected.json, answered, placeholders);
  const wanted =
    expected.json === undefined
      ? fill(expected.body, placeholders)
      : JSON.stringify(normal(JSON.parse(fill(JSON.stringify(expected.json), placeholders))));
  return {
    expected: {
      status: expected.status,
      headers: sorted(expected.headers === undefined ? {} : shown(expected.headers, expected.headers)),
      body: wanted,
    },
    answered: {
      status: answer.status,
      headers: sorted(expected.headers === undefined ? {} : shown(answer.headers, expected.headers)),
      body: answered === undefined ? body : JSON.stringify(normal(answered)),
    },
  };
}

/** What must hold of the bytes of any JSON answer: Go's escapes, and a length that is right. */
export function isWellWritten(answer: TestResponse): boolean {
  const zipped = answer.headers['Content-Encoding'] === 'gzip';
  const body = (zipped ? gunzipSync(answer.body) : answer.body).toString();
  const length = answer.headers['Content-Length'];
  const isSized =
    answer.body.length <= 2048
      ? length === String(answer.body.length)
      : length === undefined && answer.headers['Transfer-Encoding'] === 'chunked';
  if (!answer.headers['Content-Type']?.startsWith('application/json')) return true;
  const escaped = JSON.stringify(JSON.parse(body)).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return isSized && body === `${escaped}\n`;
}

/** Headers to compare: without those that a recording does not hold. */
function shown(headers: Headers, recorded: Headers): Headers {
  const isOpen = (name: string): boolean =>
    name === 'Date' ||
    name === 'Connection' ||
    ((name === 'Content-Length' || name === 'Transfer-Encoding') &&
      recorded['Content-Length'] === undefined &&
      recorded['Transfer-Encoding'] === undefined);
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isOpen(name)));
}

function sorted(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Takes page tokens from where the expected answer has their placeholders. */
function learn(expected: unknown, answered: unknown, placeholders: Placeholders): void {
  if (typeof expected === 'string' && typeof answered === 'string') {
    if (/^\{page:[^{}]+\}$/.test(expected) && !placeholders.has(expected)) placeholders.set(expected, answered);
    return;
  }
  if (!isRecord(expected) || !isRecord(answered)) return;
  for (const [name, value] of Object.entries(expected)) learn(value, answered[name], placeholders);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Lists whose order is free, sorted; ids of layers as their ranks. Members of objects keep their order. */
function normal(value: unknown, name = '', inside = ''): unknown {
  if (Array.isArray(value)) {
    const members = value.map((member) => normal(member, '', name));
    if (name === 'OrderedLayersIntroducingVulnerability') {
      const ids = (value as { Index: number }[]).map(({ Index }) => Index);
      const ascending = ids.every((id, index) => index === 0 || ids[index - 1]! < id);
      return [{ ascending }, ...members.map((member) => (member as { LayerName: string }).LayerName)];
    }
    const isSet =
      ['Features', 'FixedIn', 'Namespaces'].includes(name) || (name === 'Vulnerabilities' && inside === 'Features');
    return isSet ? members.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : members;
  }
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      ['Created', 'Notified', 'Deleted'].includes(key) && /^\d{10}$/.test(String(member))
        ? '{unix}'
        : normal(member, key, inside),
    ]),
  );
}
