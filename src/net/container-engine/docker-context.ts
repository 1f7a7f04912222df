import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { TlsMaterial } from './endpoint.ts';
import { field, textField } from './json-fields.ts';

/** What a context of the Docker command line says of its engine. */
export interface DockerContext {
  readonly host: string;
  readonly tls?: TlsMaterial;
}

/** Bytes of a settings file or a certificate that are worth reading. */
const MAXIMUM = 4 * 1024 * 1024;

/** The name under which Docker means 'no context'. */
const DEFAULT_CONTEXT = 'default';

/**
 * The context in force: DOCKER_CONTEXT, or `currentContext` of the settings of the Docker command line.
 * @param folder usually `~/.docker`
 */
export function currentContext(folder: string, named: string | undefined): string | undefined {
  const name = named ?? textField(readJsonFile(path.join(folder, 'config.json')), 'currentContext');
  return name === undefined || name === '' || name === DEFAULT_CONTEXT ? undefined : name;
}

/**
 * Reads a context: its folder is named after the digest of its name.
 * @throws UsageError when there is none of that name, or it names no engine
 */
export function readContext(folder: string, name: string): DockerContext {
  const id = createHash('sha256').update(name).digest('hex');
  const file = path.join(folder, 'contexts/meta', id, 'meta.json');
  const endpoint = field(field(readJsonFile(file), 'Endpoints'), 'docker');
  const host = textField(endpoint, 'Host');
  if (host === undefined) {
    throw new UsageError(
      'usage.configuration',
      `the Docker context ${JSON.stringify(name)} cannot be used: ${file} is missing or names no engine. "docker context ls" lists the contexts there are.`,
    );
  }
  const certificates = readTls(path.join(folder, 'contexts/tls', id, 'docker'));
  const verify = field(endpoint, 'SkipTLSVerify') !== true;
  const hasTls = Object.keys(certificates).length > 0 || !verify;
  return { host, ...(hasTls && { tls: { ...certificates, verify } }) };
}

/** The certificates of a folder, as Docker names them. */
export function readTls(folder: string): Omit<TlsMaterial, 'verify'> {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readSmallFile(path.join(folder, name)));
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function readJsonFile(file: string): unknown {
  try {
    return JSON.parse(readSmallFile(file)?.toString('utf8') ?? 'null');
  } catch {
    return undefined; // whoever asks for something in it says what is missing
  }
}

function readSmallFile(file: string): Buffer | undefined {
  try {
    const bytes = readFileSync(file);
    return bytes.length > MAXIMUM ? undefined : bytes;
  } catch {
    return undefined;
  }
}
