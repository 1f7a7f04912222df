import path from 'node:path';
import { readPrivateKey } from '../../attest/keys.ts';
import { pushAttestation } from '../../attest/push.ts';
import { signedStatement } from '../../attest/sign.ts';
import { FormatError, UsageError } from '../../errors.ts';
import { predicateTypes } from '../../formats/attestation/predicate-types.ts';
import { jsonValue } from '../../formats/bom/json-values.ts';
import { parseImageReference } from '../../image/reference.ts';
import { isFile, splitReference } from '../../image/scheme.ts';
import type { Dialer } from '../../net/dial.ts';
import { RegistryClient } from '../../net/registry/client.ts';
import { RegistryUploader } from '../../net/registry/upload.ts';
import type { Invocation } from '../command.ts';
import { readWhole } from '../policy-file.ts';
import { registryOptions } from '../registry-options.ts';
import { withDialer } from '../with-dialer.ts';
import { manifestDigests, oneDigest } from './image-digest.ts';
import { asUsage, predicateTypeSetting, readSmall } from './options.ts';
import { sbomPredicate } from './sbom-predicate.ts';

/** Bytes of a predicate in a file. */
const MOST = 64 * 1024 * 1024;

/** `drydock attest` */
export async function attestImage(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  const [word = ''] = words;
  const [file, ...others] = settings.key;
  if (file === undefined || others.length > 0) {
    throw new UsageError('usage.option', 'who signs? Give one private key by --key.');
  }
  const target = settings.push ? pushTarget(word) : undefined;
  const bytes = await readSmall('key', file, invocation);
  const password = settings['key-password'] ?? io.environment['COSIGN_PASSWORD'];
  const key = asUsage(`--key: ${file}`, () => readPrivateKey(bytes, password));
  const predicateType = predicateTypeSetting(invocation);
  return await withDialer(invocation, async (dialer) => {
    const claim = await claimOf(word, predicateType, invocation, dialer);
    const envelope = signedStatement({ ...claim, subject: { name: target?.name ?? word, digest: claim.digest } }, key);
    if (target === undefined) {
      await io.stdout.write(`${envelope}\n`);
      return 0;
    }
    const { registry, repository, name } = target;
    const options = registryOptions(invocation, dialer);
    const sides = {
      client: new RegistryClient(registry, repository, { ...options, mirrors: new Map() }),
      uploader: new RegistryUploader(registry, repository, options),
    };
    const pushed = await pushAttestation(sides, claim.digest, envelope, claim.predicateType, io.signal);
    await io.stdout.write(`${name}@${claim.digest}: attested by ${name}@${pushed.manifest} (${pushed.tag})\n`);
    return 0;
  });
}

function pushTarget(word: string): { readonly registry: string; readonly repository: string; readonly name: string } {
  if (isFile(word)) throw new UsageError('usage.option', `${word} is a file: --push needs an image in a registry.`);
  const { registry, repository } = parseImageReference(splitReference(word).location);
  return { registry, repository, name: `${registry}/${repository}` };
}

/** What is stated, and of which manifest. */
async function claimOf(word: string, type: string | undefined, invocation: Invocation, dialer: Dialer) {
  const { configuration, io } = invocation;
  const { predicate: file } = configuration.settings;
  if (file !== undefined) {
    if (type === undefined) throw new UsageError('usage.option', 'of which type is the predicate? Say it by --type.');
    const bytes = await readWhole(path.resolve(io.folder, file), `--predicate: ${file}`, MOST);
    const predicate = asUsage(`--predicate: ${file}`, () => {
      const value = jsonValue(bytes);
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
      throw new FormatError('a JSON object is expected');
    });
    const digest = oneDigest(word, await manifestDigests(word, invocation, dialer));
    return { digest, predicateType: type, predicate };
  }
  const format = [undefined, predicateTypes.get('cyclonedx')].includes(type) ? 'cyclonedx' : 'spdx';
  if (format === 'spdx' && type !== predicateTypes.get('spdx')) {
    throw new UsageError(
      'usage.option',
      'Drydock makes predicates of the types cyclonedx and spdx; give others by --predicate.',
    );
  }
  const { digest, document } = await sbomPredicate(word, format, invocation, dialer);
  return { digest, predicateType: predicateTypes.get(format) ?? '', predicate: document };
}
