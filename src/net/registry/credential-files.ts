import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../../errors.ts';
import type { Logger } from '../../log.ts';
import { askHelper } from './credential-helper.ts';
import { type CredentialSource, type Credentials, environmentCredentials, firstCredentials } from './credentials.ts';
import { canonicalRegistry } from './endpoint.ts';
import { Secret } from './secret.ts';

const MAX_FILE = 4 * 1024 * 1024;

export interface CredentialOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  /** The one file to look into: what it says is an error where it cannot be read. */
  readonly authFile?: string;
  /** Milliseconds that a credential helper may take. */
  readonly helperMs?: number;
}

/**
 * Where credentials are looked for, in this order: the environment; then the file that was named (`authFile`, or
 * REGISTRY_AUTH_FILE), or else Docker's `config.json` (DOCKER_CONFIG, `~/.docker`) and podman's `auth.json`
 * ($XDG_RUNTIME_DIR/containers, ~/.config/containers). Nothing is read before a registry asks for credentials.
 * @throws UsageError when the variables of the environment do not fit together
 */
export function userCredentials(options: CredentialOptions): CredentialSource {
  const { environment } = options;
  const named = options.authFile ?? environment['REGISTRY_AUTH_FILE'] ?? '';
  const files = named === '' ? usualFiles(environment) : [named];
  return firstCredentials([
    environmentCredentials(environment),
    ...files.map((file) => new CredentialFile(file, named !== '', options)),
  ]);
}

function usualFiles(environment: CredentialOptions['environment']): string[] {
  const home = environment['HOME'];
  const docker = environment['DOCKER_CONFIG'] ?? (home && path.join(home, '.docker'));
  const runtime = environment['XDG_RUNTIME_DIR'];
  const configuration = environment['XDG_CONFIG_HOME'] ?? (home && path.join(home, '.config'));
  return [
    ...(docker ? [path.join(docker, 'config.json')] : []),
    ...(runtime ? [path.join(runtime, 'containers/auth.json')] : []),
    ...(configuration ? [path.join(configuration, 'containers/auth.json')] : []),
  ];
}

/** The parts of `config.json` and `auth.json` that say something of credentials. */
interface FileContent {
  readonly auths: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly helpers: ReadonlyMap<string, string>;
  readonly store: string | undefined;
}

/** One file with credentials, or with the names of programs that have them. */
class CredentialFile implements CredentialSource {
  readonly #file: string;
  readonly #named: boolean;
  readonly #options: CredentialOptions;
  #content: FileContent | undefined;
  /** One question a registry: a helper may bother its user. */
  readonly #asked: Map<string, Promise<Credentials | undefined>> = new Map();

  constructor(file: string, named: boolean, options: CredentialOptions) {
    this.#file = file;
    this.#named = named;
    this.#options = options;
  }

  async find(registry: string, repository: string): Promise<Credentials | undefined> {
    this.#content ??= this.#read();
    const { auths, helpers, store } = this.#content;
    const helper = helpers.get(registry) ?? store;
    if (helper !== undefined) {
      const asked = this.#asked.get(registry) ?? this.#ask(helper, registry);
      this.#asked.set(registry, asked);
      const found = await asked;
      if (found !== undefined) return found;
    }
    // Podman knows credentials for a part of a registry: the longest path rules.
    const parts = repository.split('/');
    for (let length = parts.length; length >= 0; length--) {
      const entry = auths.get([registry, ...parts.slice(0, length)].join('/'));
      const found = entry && this.#credentials(entry);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #ask(helper: string, registry: string): Promise<Credentials | undefined> {
    const { environment, log, helperMs } = this.#options;
    const answer = await askHelper(helper, registry, {
      environment,
      ...(helperMs !== undefined && { timeoutMs: helperMs }),
    });
    if ('failure' in answer) {
      log.warn(
        { helper: `docker-credential-${helper}`, registry, reason: answer.failure },
        'a credential helper failed',
      );
    }
    return answer.credentials;
  }

  #read(): FileContent {
    let root: unknown;
    try {
      const bytes = readFileSync(this.#file);
      if (bytes.length > MAX_FILE) throw new RangeError('it is too large');
      root = JSON.parse(bytes.toString('utf8'));
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      // The message of a parser repeats the text around a mistake, which may be a password.
      const reason = error instanceof SyntaxError ? 'it is no valid JSON' : (code ?? 'it is too large');
      if (this.#named) {
        throw new UsageError('usage.configuration', `the credentials of ${this.#file} cannot be read (${reason})`);
      }
      if (code !== 'ENOENT' && code !== 'ENOTDIR') {
        this.#options.log.warn({ file: this.#file, reason }, 'a file with credentials cannot be read');
      }
      root = {};
    }
    const fields = record(root);
    const store = fields['credsStore'];
    return {
      auths: new Map(Object.entries(record(fields['auths'])).map(([key, value]) => [normaliseKey(key), record(value)])),
      helpers: new Map(
        Object.entries(record(fields['credHelpers'])).flatMap(([key, value]) =>
          typeof value === 'string' && value !== '' ? [[normaliseKey(key), value]] : [],
        ),
      ),
      store: typeof store === 'string' && store !== '' ? store : undefined,
    };
  }

  #credentials(entry: Readonly<Record<string, unknown>>): Credentials | undefined {
    const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '');
    const from = this.#file;
    if (text('identitytoken') !== '') return { kind: 'identity', secret: new Secret(text('identitytoken')), from };
    if (text('registrytoken') !== '') return { kind: 'bearer', secret: new Secret(text('registrytoken')), from };
    // A password may hold colons and, in files of old, ends with zero bytes.
    const decoded = Buffer.from(text('auth'), 'base64').toString('utf8').replace(/\0+$/, '');
    const colon = decoded.indexOf(':');
    const username = colon > 0 ? decoded.slice(0, colon) : text('username');
    const password = colon > 0 ? decoded.slice(colon + 1) : text('password');
    return username === '' || password === ''
      ? undefined
      : { kind: 'password', username, secret: new Secret(password), from };
  }
}

/** `https://index.docker.io/v1/` is `docker.io`; podman's keys go on with a path. */
function normaliseKey(key: string): string {
  const [host = '', ...parts] = key.replace(/^https?:\/\//, '').split('/');
  const rest = parts.filter((part, i) => part !== '' && !(i === 0 && /^v[12]$/.test(part)));
  return [canonicalRegistry(host), ...rest].join('/');
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
