import path from 'node:path';
import { readCertificates, type TrustedIdentities } from '../../attest/certificate.ts';
import { type NamedKey, readPublicKey } from '../../attest/keys.ts';
import type { Trust } from '../../attest/verify.ts';
import { FormatError, UsageError } from '../../errors.ts';
import { predicateTypeOf, predicateTypes } from '../../formats/attestation/predicate-types.ts';
import type { Invocation } from '../command.ts';
import { readWhole, shownPath } from '../policy-file.ts';

/** Bytes of a file with keys or certificates. */
const KEY_BYTES = 1024 * 1024;

/** A file of `--key` and its like. @throws UsageError where it cannot be read */
export async function readSmall(option: string, word: string, { io }: Invocation): Promise<Buffer> {
  const file = path.resolve(io.folder, word);
  return await readWhole(file, `--${option}: ${shownPath(file, io.folder)}`, KEY_BYTES);
}

/** The public keys of a command line. @throws UsageError for one that is none */
async function publicKeys(invocation: Invocation): Promise<readonly NamedKey[]> {
  const keys: NamedKey[] = [];
  for (const word of invocation.configuration.settings.key) {
    const bytes = await readSmall('key', word, invocation);
    keys.push(asUsage(`--key: ${word}`, () => readPublicKey(bytes)));
  }
  return keys;
}

/** Whom the command line trusts. @throws UsageError where that is half said, or a file is no key */
export async function trustOf(invocation: Invocation): Promise<Trust> {
  const identities = await identitiesOf(invocation);
  return {
    keys: await publicKeys(invocation),
    // Not SOURCE_DATE_EPOCH: a certificate that ended is not valid again because a build is to be repeated.
    now: new Date(),
    ...(identities !== undefined && { identities }),
  };
}

async function identitiesOf(invocation: Invocation): Promise<TrustedIdentities | undefined> {
  const { settings } = invocation.configuration;
  const { 'certificate-roots': file, 'certificate-identity': identity, 'certificate-oidc-issuer': issuer } = settings;
  if (file === undefined && identity === undefined && issuer === undefined) return undefined;
  if (file === undefined || identity === undefined || issuer === undefined) {
    // Anybody can have a certificate of a public root.
    const all = '--certificate-roots, --certificate-identity and --certificate-oidc-issuer';
    throw new UsageError('usage.option', `${all} belong together: without one of them anybody could be trusted.`);
  }
  const pem = (await readSmall('certificate-roots', file, invocation)).toString('latin1');
  try {
    const roots = readCertificates(pem);
    if (roots.length > 0) return { roots, identity, issuer };
  } catch (error) {
    throw new UsageError('usage.option', `--certificate-roots: ${file} has a certificate that cannot be read.`, {
      cause: error,
    });
  }
  throw new UsageError('usage.option', `--certificate-roots: ${file} has no certificate in PEM.`);
}

/** Somebody's file that is not what they take it for. */
export function asUsage<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new UsageError('usage.option', `${what}: ${error.message}.`, { cause: error });
  }
}

/** What `--type` stands for. @throws UsageError for a word that is no type */
export function predicateTypeSetting({ configuration }: Invocation): string | undefined {
  const { type } = configuration.settings;
  if (type === undefined) return undefined;
  const address = predicateTypeOf(type);
  if (address !== undefined) return address;
  const known = [...predicateTypes.keys()].join(', ');
  throw new UsageError('usage.option', `--type: ${JSON.stringify(type)} is none of ${known}, and no address.`);
}
