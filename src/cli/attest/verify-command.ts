import { createHash } from 'node:crypto';
import path from 'node:path';
import { type AttachedDocument, attachedDocuments } from '../../attest/attached.ts';
import { contentsOf } from '../../attest/contents.ts';
import { type Trust, type Verdict, verdictOf } from '../../attest/verify.ts';
import { exitStatus, UsageError } from '../../errors.ts';
import { parseImageReference } from '../../image/reference.ts';
import { isFile, splitReference } from '../../image/scheme.ts';
import type { Dialer } from '../../net/dial.ts';
import { RegistryClient } from '../../net/registry/client.ts';
import { jsonText } from '../../report/json.ts';
import { limitTime } from '../../signals.ts';
import type { Invocation } from '../command.ts';
import { readWhole, shownPath } from '../policy-file.ts';
import { registryOptions } from '../registry-options.ts';
import { withDialer } from '../with-dialer.ts';
import { manifestDigests, oneDigest } from './image-digest.ts';
import { predicateTypeSetting, trustOf } from './options.ts';
import { verdictLines } from './verdict-lines.ts';

/** Bytes of an attestation in a file. */
const MOST = 64 * 1024 * 1024;

/** What was looked at, for one image. */
interface Looked {
  /** Of the image, as it was named. */
  readonly digest: string;
  readonly documents: readonly AttachedDocument[];
  readonly faults: readonly string[];
}

/** `drydock verify` */
export async function verifyImage(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const [word = ''] = words;
  const predicateType = predicateTypeSetting(invocation);
  const trust: Trust = {
    ...(await trustOf(invocation)),
    ...(predicateType !== undefined && { predicateType }),
  };
  const looked = await withDialer(invocation, async (dialer) => await look(word, invocation, dialer));
  const verdicts = looked.documents
    .map((document) => verdictOf(document, trust))
    // What is of another type than is asked for is simply not asked for.
    .filter(({ kind, refusal }) => predicateType === undefined || (kind === 'attestation' && refusal !== 'type'));
  // Of a variant something may be verified of which the image as a whole knows nothing.
  const isVerified = verdicts.some(
    ({ outcome, document }) => outcome === 'verified' && document.about === looked.digest,
  );
  const result = { image: word, digest: looked.digest, verified: isVerified, faults: looked.faults };
  await io.stdout.write(
    configuration.settings.format === 'json'
      ? jsonText({ schemaVersion: 1, ...result, results: verdicts.map(verdictJson) })
      : verdictLines(result, verdicts),
  );
  return isVerified ? exitStatus.done : exitStatus.findings;
}

async function look(word: string, invocation: Invocation, dialer: Dialer): Promise<Looked> {
  const { configuration, io } = invocation;
  const { attestation, platform, timeout } = configuration.settings;
  if (attestation !== undefined) return await lookAtFile(word, attestation, invocation, dialer);
  if (isFile(word)) {
    throw new UsageError(
      'usage.option',
      `${word} is a file, and signatures of an image are kept in its registry. Name the image as it is called there, ` +
        'or give the signed document with --attestation FILE.',
    );
  }
  const reference = parseImageReference(splitReference(word).location);
  const signal = limitTime(io.signal, timeout);
  const client = new RegistryClient(reference.registry, reference.repository, registryOptions(invocation, dialer));
  const named =
    platform === undefined
      ? (reference.digest ?? reference.tag ?? 'latest')
      : oneDigest(word, await manifestDigests(word, invocation, dialer));
  const { digests, documents, faults } = await attachedDocuments(client, named, signal);
  return { digest: digests[0] ?? '', documents, faults };
}

async function lookAtFile(word: string, name: string, invocation: Invocation, dialer: Dialer): Promise<Looked> {
  const { io } = invocation;
  const bytes = await readWhole(path.resolve(io.folder, name), `--attestation: ${shownPath(name, io.folder)}`, MOST);
  const about = oneDigest(word, await manifestDigests(word, invocation, dialer));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  // What is in it decides what it is.
  const document = {
    digest,
    mediaType: 'application/json',
    attachment: 'file',
    about,
    annotations: new Map(),
    bytes,
  } as const;
  return { digest: about, documents: [document], faults: [] };
}

function verdictJson({ document, kind, outcome, refusal, reason, signer, statement }: Verdict): object {
  return {
    digest: document.digest,
    kind,
    attachment: document.attachment,
    about: document.about,
    outcome,
    refusal,
    reason,
    signer,
    predicateType: statement?.predicateType,
    ...(statement !== undefined && outcome !== 'refused' && contentsOf(statement)),
  };
}
