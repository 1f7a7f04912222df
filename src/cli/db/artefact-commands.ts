import { closeSync, constants, fchmodSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Trust } from '../../advisories/artefact/artefact-file.ts';
import { exportAdvisories } from '../../advisories/artefact/export.ts';
import { type InstallOptions, type InstallSummary, installAdvisories } from '../../advisories/artefact/install.ts';
import type { Manifest } from '../../advisories/artefact/manifest.ts';
import { pullAdvisories } from '../../advisories/artefact/pull.ts';
import { pushAdvisories } from '../../advisories/artefact/push.ts';
import { generateKeys, readPrivateKey, readTrustedKeys } from '../../advisories/artefact/signature.ts';
import { FeedError, UsageError } from '../../errors.ts';
import { jsonText } from '../../formats/json-text.ts';
import { formatImageReference, parseImageReference } from '../../image/reference.ts';
import { limitTime } from '../../signals.ts';
import { databaseOf } from '../advisory-supply.ts';
import type { Invocation } from '../command.ts';
import { registryOptions } from '../registry-options.ts';
import { currentTime } from '../scan-context.ts';
import { textWidth } from '../ui/streams.ts';
import { withDialer } from '../with-dialer.ts';
import { line } from './summary.ts';

/** What every command that writes the database has. */
type Common = Pick<InstallOptions, 'path' | 'progress' | 'onWait'> & {
  readonly now: Date;
  readonly signal: AbortSignal;
  readonly force: boolean;
};

/** Bytes of a file with keys that are read. */
const KEY_BYTES = 1024 * 1024;

function readKeyFile(file: string): string {
  let size: number;
  try {
    ({ size } = statSync(file));
    if (size <= KEY_BYTES) return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new UsageError('usage.option', `The key ${file} cannot be read (${reason}).`, { cause: error });
  }
  throw new UsageError('usage.option', `${file} has ${size} bytes: it is no file of keys.`);
}

function trustOf({ configuration: { settings } }: Invocation): Trust {
  const file = settings['db-key'];
  return {
    keys: file === undefined ? [] : readTrustedKeys(readKeyFile(file), file),
    allowUnsigned: settings['allow-unsigned'],
  };
}

function installOptions({ force, ...common }: Common, invocation: Invocation): Omit<InstallOptions, 'artefact'> {
  const allowExpired = invocation.configuration.settings['allow-expired'];
  return { ...common, trust: trustOf(invocation), allowOlder: force, allowExpired };
}

/** Writes a result for people, line by line, or for programs. */
async function tell({ configuration, io }: Invocation, words: readonly string[], json: object): Promise<number> {
  const width = textWidth(io.stdout, io.environment);
  const isJson = configuration.settings.format === 'json';
  await io.stdout.write(isJson ? jsonText(json) : words.map((one) => line(one, width)).join(''));
  return 0;
}

function signedWords(key: string | undefined): string {
  return key === undefined ? 'not signed' : `signed by ${key}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function records({ feeds }: Manifest): number {
  return feeds.reduce((sum, feed) => sum + feed.records, 0);
}

function installedWords({ status, manifest, key, path: file }: InstallSummary): readonly string[] {
  const { version, created, expires, feeds } = manifest;
  return [
    `${status === 'unchanged' ? 'Unchanged' : 'Installed'}: version ${version} of ${created}, ${signedWords(key)}`,
    `Feeds: ${feeds.length} with ${records(manifest)} records`,
    `Expires: ${expires}`,
    `Database: ${file}`,
  ];
}

/** `drydock db import FILE` */
export async function importArtefact(artefact: string, common: Common, invocation: Invocation): Promise<number> {
  const summary = await installAdvisories({ ...installOptions(common, invocation), artefact });
  return await tell(invocation, installedWords(summary), summary);
}

/** `drydock db pull REFERENCE` */
export async function pullArtefact(common: Common, invocation: Invocation): Promise<number> {
  const { words, io } = invocation;
  const reference = parseImageReference(words[0]!);
  const summary = await withDialer(invocation, (dialer) =>
    inTime(
      pullAdvisories({
        ...installOptions(common, invocation),
        reference,
        registry: registryOptions(invocation, dialer),
        onFallback: (reason) => io.log.warn({ reason }, 'a delta was of no use, the whole database is fetched'),
      }),
    ),
  );
  const how = summary.deltas === 0 ? '' : `, in ${summary.deltas} deltas`;
  const fetched = `Fetched: ${megabytes(summary.received)}${how}`;
  return await tell(invocation, [...installedWords(summary), fetched], summary);
}

/** `drydock db push REFERENCE FILE...` */
export async function pushArtefacts(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const reference = parseImageReference(words[0]!);
  const files = words.slice(1).map((file) => path.resolve(io.folder, file));
  const summary = await withDialer(invocation, (dialer) =>
    inTime(
      pushAdvisories({
        reference,
        files,
        allowUnsigned: configuration.settings['allow-unsigned'],
        registry: registryOptions(invocation, dialer),
        progress: io.progress,
        signal: limitTime(io.signal, configuration.settings.timeout),
      }),
    ),
  );
  const name = formatImageReference(reference);
  const { manifest, sent, deltas } = summary;
  return await tell(
    invocation,
    [`Pushed: version ${manifest.version} to ${name}`, `Sent: ${megabytes(sent)}`, `Deltas: ${deltas}`],
    { reference: name, ...summary },
  );
}

/** `drydock db export FILE` */
export async function exportArtefact(invocation: Invocation): Promise<number> {
  const { words, configuration, io } = invocation;
  const { settings } = configuration;
  const output = path.resolve(io.folder, words[0]!);
  const signKey = settings['sign-key'];
  const key = signKey === undefined ? undefined : readPrivateKey(readKeyFile(signKey), signKey);
  const since = settings['delta-from'];
  const manifest = await exportAdvisories({
    database: databaseOf(settings, io.environment),
    output,
    days: settings['expires-in'],
    now: currentTime(io.environment),
    progress: io.progress,
    signal: limitTime(io.signal, settings.timeout),
    ...(key !== undefined && { key }),
    ...(since !== undefined && { since, sinceKeys: trustOf(invocation).keys }),
  });
  const { size } = statSync(output);
  const { kind, version, expires, feeds } = manifest;
  if (key === undefined) io.log.warn({}, 'the artefact is not signed (--sign-key): nobody has a reason to believe it');
  return await tell(
    invocation,
    [
      `Wrote: ${output} (${kind === 'delta' ? 'delta, ' : ''}${megabytes(size)}, ${key === undefined ? 'not signed' : 'signed'})`,
      `Version: ${version}`,
      `Feeds: ${feeds.length} with ${records(manifest)} records`,
      `Expires: ${expires}`,
    ],
    { path: output, size, manifest },
  );
}

/** `drydock db keygen NAME` */
export async function makeKeys(invocation: Invocation): Promise<number> {
  const { words, io } = invocation;
  const name = path.resolve(io.folder, words[0]!);
  const { privateKey, publicKey, id } = generateKeys();
  const files = { privateKey: `${name}.pem`, publicKey: `${name}.pub` };
  writeNew(files.privateKey, privateKey, 0o600);
  try {
    writeNew(files.publicKey, publicKey, 0o644);
  } catch (error) {
    rmSync(files.privateKey);
    throw error;
  }
  return await tell(
    invocation,
    [
      `Private key: ${files.privateKey} (keep it where only the publisher is)`,
      `Public key: ${files.publicKey}`,
      `Id: ${id}`,
    ],
    { ...files, id },
  );
}

/** Writes a file that is not there yet: a key that is lost cannot be made again. */
function writeNew(file: string, text: string, mode: number): void {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'EEXIST' ? 'there is one already, and keys are not overwritten' : String(code);
    throw new UsageError('output.not-writable', `${file} cannot be written: ${reason}.`, { cause: error });
  }
  try {
    fchmodSync(descriptor, mode);
    writeSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'TimeoutError') throw error;
    const message = 'the time limit (--timeout) was reached. What was fetched is kept for the next attempt.';
    throw new FeedError('feed.unreachable', message, { cause: error });
  }
}
