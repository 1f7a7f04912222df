import { UsageError } from '../errors.ts';
import { isPostgresSource } from '../store/postgres/connection-settings.ts';
import { databaseSource, parseGoDuration } from './clair-values.ts';
import type { ConfigurationFile, FoundConfiguration } from './file.ts';
import { didYouMean } from './nearest.ts';
import type { OptionName } from './options.ts';
import { showValue } from './values.ts';
import { lineOfPath } from './yaml-lines.ts';

export { expandVariables } from './clair-values.ts';

/** A timer of ours waits no longer (milliseconds). */
const LONGEST = 500 * 3_600_000;

interface Key {
  /** The option of ours that it is; absent: it does nothing here, for this reason. */
  readonly option?: OptionName;
  readonly ignored?: string;
  /** What our option takes for it; undefined: it says nothing. */
  readonly convert?: (value: unknown, fail: (message: string) => never, warn: (message: string) => void) => unknown;
}

type Section = { readonly [key: string]: Key | Section };

/** Everything that Clair reads below `clair`, and what it is here. */
const schema: Section = {
  database: {
    type: {
      convert: (value, fail) =>
        value === 'pgsql'
          ? undefined
          : fail(`"pgsql" is the only type of database that Clair knows, not ${showValue(value)}.`),
    },
    options: {
      source: {
        option: 'store',
        convert: (value, fail) => {
          const source = text(value, fail);
          return isPostgresSource(source)
            ? databaseSource(source)
            : fail('a URL (postgres://...) or a connection string (host=... user=...) is expected.');
        },
      },
      // Every sample has it, and nothing is lost without it.
      cachesize: {},
      managedatabaselifecycle: { ignored: 'the database is neither made nor dropped' },
      fixturepath: { ignored: 'no statements are run from files' },
    },
  },
  updater: { interval: { option: 'update-interval', convert: duration } },
  notifier: {
    attempts: { option: 'notify-attempts' },
    renotifyinterval: { option: 'renotify-interval', convert: duration },
    http: {
      endpoint: { option: 'webhook', convert: text },
      servername: { option: 'webhook-server-name', convert: text },
      cafile: { option: 'webhook-ca', convert: text },
      keyfile: { option: 'webhook-key', convert: text },
      certfile: { option: 'webhook-certificate', convert: text },
      proxy: { option: 'webhook-proxy', convert: text },
    },
  },
  api: {
    port: { option: 'listen', convert: everywhere },
    healthport: { option: 'health-listen', convert: everywhere },
    timeout: { option: 'request-timeout', convert: duration },
    paginationkey: { option: 'pagination-key', convert: text },
    certfile: { option: 'tls-certificate', convert: text },
    keyfile: { option: 'tls-key', convert: text },
    cafile: { option: 'client-ca', convert: text },
    servername: { ignored: 'Clair does not read it either' },
  },
};

type Fail = (message: string) => never;

function text(value: unknown, fail: Fail): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : fail(`a text is expected, not ${showValue(value)}.`);
}

function duration(value: unknown, fail: Fail, warn: (message: string) => void): string {
  const time =
    parseGoDuration(value) ??
    fail(`a duration like "2h" or "1m30s", or a number of nanoseconds, is expected, not ${showValue(value)}.`);
  if (time > LONGEST) warn(`${showValue(value)} is more than 500h, which are taken instead.`);
  return `${Math.min(time, LONGEST) / 1000}s`;
}

/** A port of Clair is one of every address of the machine. */
function everywhere(value: unknown, fail: Fail): string {
  const port = typeof value === 'string' && /^\d{1,5}$/.test(value) ? Number(value) : value;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 1 && port <= 65_535) return `:${port}`;
  return fail(`a port from 1 to 65535 is expected, not ${showValue(value)}.`);
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A section has keys and sections alone. */
const isKey = (entry: Key | Section): entry is Key => !Object.values(entry).some((below) => typeof below === 'object');

/**
 * Understands a configuration of Clair v2: what stands below its key `clair`. Keys that Clair does not know are warnings,
 * since Clair ignores them; values that it would stumble over are errors.
 * @throws UsageError `usage.configuration`
 */
export function readClairFile(clair: unknown, yaml: string, { file, shown }: FoundConfiguration): ConfigurationFile {
  const values = new Map<OptionName, unknown>();
  const paths = new Map<OptionName, readonly string[]>();
  const warnings: string[] = [];
  const placeOf = (path: readonly string[]): string => {
    const line = lineOfPath(yaml, path);
    return line === undefined ? shown : `${shown}:${line}`;
  };

  const read = (content: unknown, section: Section, path: readonly string[]): void => {
    const at = `${placeOf(path)}: ${path.join('.')}`;
    if (!isMapping(content)) {
      throw new UsageError('usage.configuration', `${at}: keys below it are expected, not ${showValue(content)}.`);
    }
    for (const [name, value] of Object.entries(content)) {
      const own = [...path, name];
      const place = `${placeOf(own)}: ${own.join('.')}`;
      const entry = Object.hasOwn(section, name) ? section[name] : undefined;
      if (entry === undefined) {
        const meant = didYouMean(name, Object.keys(section), (key) => `"${key}"`);
        warnings.push(`${placeOf(own)}: unknown key ${showValue(own.join('.'))}, which does nothing.${meant}`);
      } else if (!isKey(entry)) {
        // Clair takes a section that is null for one that turns its service off.
        if (value !== null) read(value, entry, own);
        else if (name === 'updater') values.set('update-interval', '0');
      } else take(entry, value, own, place);
    }
  };

  const take = ({ option, ignored, convert }: Key, value: unknown, own: readonly string[], place: string): void => {
    const fail = (message: string): never => {
      throw new UsageError('usage.configuration', `${place}: ${message}`);
    };
    // What is empty is what Clair has without it.
    if (value === null || value === '') return;
    if (ignored !== undefined) {
      if (value !== false && value !== 0) warnings.push(`${place} does nothing here: ${ignored}.`);
      return;
    }
    const converted =
      convert === undefined ? value : convert(value, fail, (message) => warnings.push(`${place}: ${message}`));
    if (option === undefined || converted === undefined) return;
    values.set(option, converted);
    paths.set(option, own);
  };

  if (clair !== null) read(clair, schema, ['clair']);
  const path = (name: OptionName): readonly string[] => paths.get(name) ?? ['clair'];
  if (!values.has('store')) {
    throw new UsageError(
      'usage.configuration',
      `${placeOf(['clair', 'database'])}: clair.database.options.source is missing, without which Clair does not start either. For SQLite use a drydock.yaml.`,
    );
  }
  return {
    file,
    values,
    place: (name) => placeOf(path(name)),
    called: (name) => path(name).join('.'),
    warnings,
  };
}
