import { FormatError } from '../../errors.ts';
import { jsonValue } from '../bom/json-values.ts';
import { asList, asRecord, asText, type JsonRecord } from '../record.ts';

/** Subjects of one statement: a build may make many things, and images are few. */
const SUBJECTS = 10_000;

/** What somebody states of something (in-toto attestation framework, "Statement" 0.1 and 1). */
export interface Statement {
  /** An address that says what the predicate is. */
  readonly predicateType: string;
  /** Digests of what it is about: `sha256:...`. */
  readonly subjects: readonly string[];
  readonly predicate: JsonRecord;
}

const types: ReadonlySet<string> = new Set(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']);

/** Whether JSON calls itself a statement. */
export function isStatement(root: JsonRecord): boolean {
  return typeof root['_type'] === 'string' && typeof root['predicateType'] === 'string';
}

/** @throws FormatError for what is no statement */
export function readStatement(bytes: Uint8Array): Statement {
  const root = asRecord(jsonValue(bytes));
  if (root === undefined || !isStatement(root)) throw new FormatError('its payload is no statement of in-toto');
  const type = asText(root['_type'], 200) ?? '';
  if (!types.has(type)) throw new FormatError(`its payload is a statement of an unknown type, ${JSON.stringify(type)}`);
  const predicateType = asText(root['predicateType'], 1000);
  const predicate = predicateOf(root['predicate']);
  if (predicateType === undefined || predicate === undefined) throw new FormatError('its statement has no predicate');
  const subjects = asList(root['subject'])
    .slice(0, SUBJECTS)
    .flatMap((one) => {
      const digest = asText(asRecord(asRecord(one)?.['digest'])?.['sha256'], 64);
      return digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? [`sha256:${digest}`] : [];
    });
  return { predicateType, subjects, predicate };
}

/** Some write the document as a text in `Data`, as the first versions of cosign did. */
function predicateOf(value: unknown): JsonRecord | undefined {
  const record = asRecord(value);
  const text = record?.['Data'];
  if (typeof text !== 'string') return record;
  try {
    return asRecord(jsonValue(Buffer.from(text))) ?? record;
  } catch (error) {
    if (error instanceof FormatError) return record;
    throw error;
  }
}

/** A statement on an image, to be signed. */
export function statementOf(
  subject: { readonly name: string; readonly digest: string },
  predicateType: string,
  predicate: unknown,
): object {
  const [algorithm = '', value = ''] = subject.digest.split(':', 2);
  return {
    // What cosign 1 and 2 write, and what every verifier reads.
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType,
    subject: [{ name: subject.name, digest: { [algorithm]: value } }],
    predicate,
  };
}
