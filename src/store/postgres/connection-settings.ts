import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import type { ClientConfig } from 'pg';
import { UsageError } from '../../errors.ts';

/** What can be set; every other word is a parameter of the session, as drivers of libpq's kind take it. */
const known = new Set(
  'host hostaddr port user password dbname connect_timeout application_name options sslmode sslrootcert sslcert sslkey'.split(
    ' ',
  ),
);

/** Accepted and without effect. */
const ignored = new Set(['fallback_application_name', 'client_encoding', 'binary_parameters', 'target_session_attrs']);

/** Tells whether a text names a PostgreSQL database: a URL, or `host=... dbname=...`. */
export function isPostgresSource(text: string): boolean {
  if (/^postgres(ql)?:\/\//.test(text)) return true;
  const word = /^\s*([a-z_]+)\s*=/.exec(text)?.[1];
  return word !== undefined && known.has(word);
}

/**
 * Reads a connection string: a URL or keywords and values (PostgreSQL documentation, section 34.1.1).
 * @throws UsageError `usage.configuration`; its message never repeats the text, which may hold a password
 */
export function readConnectionString(text: string): ClientConfig & { readonly session: ReadonlyMap<string, string> } {
  const settings = /^postgres(ql)?:\/\//.test(text) ? fromUrl(text) : fromKeywords(text);
  const session = new Map<string, string>();
  for (const [key, value] of settings) {
    if (known.has(key) || ignored.has(key)) continue;
    if (!/^[a-z_][a-z0-9_.]*$/.test(key)) throw refused(`"${key}" is no setting`);
    session.set(key, value);
  }
  const config: ClientConfig = {};
  const host = settings.get('hostaddr') ?? settings.get('host');
  if (host?.includes(',')) throw refused('several hosts are not supported: name one');
  if (host) config.host = host;
  const port = settings.get('port');
  if (port) config.port = wholeNumber('port', port, 65_535);
  const user = settings.get('user');
  if (user) config.user = user;
  const password = settings.get('password');
  if (password) config.password = password;
  const database = settings.get('dbname');
  if (database) config.database = database;
  const seconds = settings.get('connect_timeout');
  if (seconds) config.connectionTimeoutMillis = wholeNumber('connect_timeout', seconds, 3600) * 1000;
  config.application_name = settings.get('application_name') ?? 'drydock';
  const options = settings.get('options');
  if (options) config.options = options;
  const ssl = tlsOf(settings, host);
  if (ssl !== undefined) config.ssl = ssl;
  return { ...config, session };
}

function refused(reason: string): UsageError {
  return new UsageError('usage.configuration', `The connection string of the database cannot be read: ${reason}.`);
}

function wholeNumber(key: string, text: string, most: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= most)) throw refused(`${key} must be a whole number up to ${most}`);
  return value;
}

function fromUrl(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  try {
    const url = new URL(text);
    const parts = {
      host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port,
      user: url.username,
      password: url.password,
      dbname: url.pathname.slice(1),
    };
    for (const [key, value] of Object.entries(parts)) if (value) settings.set(key, decodeURIComponent(value));
    for (const [key, value] of url.searchParams) settings.set(key, value);
  } catch {
    throw refused('it is no URL (characters such as @ : / # in a password are written as %40 %3A %2F %23)');
  }
  return settings;
}

/** `key = value`, `key='a value'`, with a backslash before a quote or a backslash. */
function fromKeywords(text: string): Map<string, string> {
  const settings = new Map<string, string>();
  const pair = /\s*([a-z_][a-z0-9_.]*)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)/gsy;
  let end = 0;
  while (text.slice(end).trim() !== '') {
    const match = pair.exec(text);
    if (match === null) throw refused('expected words of the form key=value, values with spaces in single quotes');
    settings.set(match[1]!, (match[2] ?? match[3] ?? '').replaceAll(/\\(.)/gs, '$1'));
    end = pair.lastIndex;
  }
  return settings;
}

/** libpq's modes; `allow` and `prefer` are taken as `disable`: a fallback to no encryption is no protection. */
function tlsOf(settings: ReadonlyMap<string, string>, host: string | undefined): false | ConnectionOptions | undefined {
  const mode = settings.get('sslmode');
  const file = (key: string): Buffer | undefined => {
    const name = settings.get(key);
    if (!name) return undefined;
    try {
      return readFileSync(name);
    } catch (error) {
      throw refused(`${key} names ${name}, which cannot be read (${(error as NodeJS.ErrnoException).code})`);
    }
  };
  if (mode === undefined) return undefined;
  if (host?.startsWith('/') || mode === 'disable' || mode === 'allow' || mode === 'prefer') return false;
  if (mode !== 'require' && mode !== 'verify-ca' && mode !== 'verify-full') {
    throw refused('sslmode must be one of disable, allow, prefer, require, verify-ca, verify-full');
  }
  const ca = file('sslrootcert');
  const cert = file('sslcert');
  const key = file('sslkey');
  return {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    // As with libpq: `require` with a root certificate checks the chain, too.
    ...(mode === 'require' && ca === undefined ? { rejectUnauthorized: false } : {}),
    ...(mode !== 'verify-full' ? { checkServerIdentity: () => undefined } : {}),
  };
}
