import { AdvisoriesError } from '../../errors.ts';

/** The form of artefacts that this version writes; readers refuse what they do not know. */
export const FORMAT = 1;

/** Bytes that the database of an artefact may have. */
export const DATABASE_BYTES = 16 * 1024 ** 3;

/** A feed as the database of an artefact has it. */
export interface ManifestFeed {
  readonly name: string;
  readonly records: number;
  /** RFC 3339. */
  readonly updatedAt?: string;
}

/**
 * What an artefact says of itself. It is what is signed: the payload is bound to it by its digest, so that nothing of it
 * has to be believed before its signature was checked.
 */
export interface Manifest {
  readonly format: typeof FORMAT;
  /** `whole`: a database; `delta`: what turns the one of `base` into another. */
  readonly kind: 'whole' | 'delta';
  /** Grows from one artefact of a publisher to the next: one with a lower version is older. */
  readonly version: number;
  /** RFC 3339. After `expires` nobody should believe that this is the newest there is. */
  readonly created: string;
  readonly expires: string;
  /** Of the tables (advisories/schema.ts). */
  readonly schema: number;
  readonly generation: number;
  readonly builtAt: string;
  /** SHA-256 of what the database says, whatever the file looks like (content-digest.ts). */
  readonly content: string;
  readonly payload: {
    /** SHA-256 and bytes, as they stand in the artefact: compressed by Zstandard (RFC 8878). */
    readonly digest: string;
    readonly size: number;
    /** Bytes after decompression. */
    readonly uncompressed: number;
  };
  /** Of a delta: what it can be applied to. */
  readonly base?: { readonly version: number; readonly content: string };
  readonly feeds: readonly ManifestFeed[];
}

const digest = /^[0-9a-f]{64}$/;
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z$/;

/** The bytes that are signed: one form for one manifest. */
export function writeManifest(manifest: Manifest): Buffer {
  return Buffer.from(JSON.stringify(manifest));
}

/**
 * Reads a manifest whose signature was checked. Fields that are not known are left alone: a later version may add some.
 * @throws AdvisoriesError `advisories.refused` if it is none, or of another format
 */
export function readManifest(bytes: Uint8Array): Manifest {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    throw refused('its manifest is no JSON', error);
  }
  const fields = record(value, 'manifest');
  if (fields['format'] !== FORMAT) {
    const found = JSON.stringify(fields['format']);
    throw refused(`it is of the format ${found}, and ${FORMAT} is what this version of Drydock reads. Update Drydock`);
  }
  const payload = record(fields['payload'], 'payload');
  const base = fields['base'] === undefined ? undefined : record(fields['base'], 'base');
  const kind = fields['kind'];
  if (kind !== 'whole' && kind !== 'delta') throw refused('its manifest has a kind that is not known');
  if ((kind === 'delta') !== (base !== undefined)) throw refused('its manifest does not say what it is a delta of');
  const feeds = fields['feeds'];
  if (!Array.isArray(feeds) || feeds.length > MAXIMUM_FEEDS) throw refused('its manifest has no list of feeds');
  return {
    format: FORMAT,
    kind,
    version: count(fields, 'version'),
    created: text(fields, 'created', moment),
    expires: text(fields, 'expires', moment),
    schema: count(fields, 'schema'),
    generation: count(fields, 'generation'),
    builtAt: text(fields, 'builtAt', moment),
    content: text(fields, 'content', digest),
    payload: {
      digest: text(payload, 'digest', digest),
      size: count(payload, 'size'),
      uncompressed: count(payload, 'uncompressed'),
    },
    ...(base !== undefined && { base: { version: count(base, 'version'), content: text(base, 'content', digest) } }),
    feeds: feeds.map((item: unknown) => {
      const feed = record(item, 'feeds');
      const updatedAt = feed['updatedAt'] === undefined ? undefined : text(feed, 'updatedAt', moment);
      return {
        name: text(feed, 'name', /^[\x21-\x7e]{1,100}$/),
        records: count(feed, 'records'),
        ...(updatedAt !== undefined && { updatedAt }),
      };
    }),
  };
}

const MAXIMUM_FEEDS = 1000;

type Fields = Readonly<Record<string, unknown>>;

function record(value: unknown, name: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw refused(`its manifest has no ${name}`);
}

function text(fields: Fields, name: string, form: RegExp): string {
  const value = fields[name];
  // Of the form of a moment, but none: 2026-99-99.
  const isOdd = form === moment && Number.isNaN(Date.parse(String(value)));
  if (typeof value === 'string' && value.length <= 200 && form.test(value) && !isOdd) return value;
  throw refused(`its manifest has no valid ${name}`);
}

function count(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw refused(`its manifest has no valid ${name}`);
}

/** What an artefact was refused for; whoever names the file or registry puts that before. */
export function refused(reason: string, cause?: unknown): AdvisoriesError {
  return new AdvisoriesError('advisories.refused', reason, { cause });
}
