import { StoreError } from '../../errors.ts';
import { type Answer, json } from './http/answer.ts';
import { JsonTypeError } from './json/decode.ts';
import { encodeJson } from './json/encode.ts';
import { JsonSyntaxError } from './json/syntax.ts';
import type { IndexError, IndexFailure } from './layer-indexer.ts';
import { errorEnvelope } from './wire.ts';

/** The sentences of the v1 API, which clients show and some compare. */
export const messages = {
  notFound: 'the resource cannot be found',
  database: 'database: an error occured when querying the backend',
  unknownParent: 'worker: parent layer is unknown, it must be processed first',
  badPackage: 'could not find/insert invalid FeatureVersion',
  badVersion: 'invalid version',
  unknownFormat: 'unknown version format',
  foreignFix:
    'could not insert an invalid vulnerability that contains FixedIn FeatureVersion that are not in the same namespace as the Vulnerability',
} as const;

export function failed(status: number, message: string): Answer {
  return json(status, encodeJson(errorEnvelope, { Error: { Message: message } }));
}

export const notFound: Answer = failed(404, messages.notFound);

/** Something that no database can keep: a text with a NUL or of bytes that are no UTF-8. */
export const notStorable: Answer = failed(500, messages.database);

export function isStorable(...texts: readonly (string | undefined)[]): boolean {
  return !texts.some((text) => text?.includes('\0'));
}

const indexFailures: Readonly<Record<IndexFailure, readonly [number, string]>> = {
  'unknown-parent': [400, messages.unknownParent],
  'source-not-found': [400, 'could not find layer'],
  'unsupported-format': [400, 'unsupported image format'],
  unreadable: [422, 'tarutil: could not extract the archive'],
  'file-too-large': [422, 'tarutil: could not extract one or more files from the archive: file too big'],
  'unsupported-system': [422, 'worker: OS and/or package manager are not supported'],
  'bad-version': [400, messages.badPackage],
};

export function indexFailed(error: IndexError, format: string): Answer {
  const [status, message] = indexFailures[error.failure];
  return failed(status, error.failure === 'unsupported-format' ? `${message} '${format}'` : message);
}

/** Seconds after which a client may ask again while the database is away. */
const retryAfter = '10';

/**
 * What is answered to an error that a handler did not expect more closely.
 * @returns undefined for a fault of our own
 */
export function answerToError(error: unknown): Answer | undefined {
  if (error instanceof JsonSyntaxError || error instanceof JsonTypeError) return failed(400, error.message);
  if (!(error instanceof StoreError)) return undefined;
  if (error.code !== 'store.unavailable') return failed(500, messages.database);
  const answer = failed(503, messages.database);
  return { ...answer, headers: { ...answer.headers, 'Retry-After': retryAfter } };
}
