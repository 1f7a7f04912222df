import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../errors.ts';
import { parsePaginationKey } from '../server/v1/page-token.ts';
import { isPostgresSource, readConnectionString } from '../store/postgres/connection-settings.ts';
import type { mapControls } from './map-options.ts';
import type { OptionName } from './options.ts';
import { type ListenAddress, parseListenAddress } from './service-address.ts';
import type { ServiceRole } from './service-options.ts';
import { Secret } from './service-secret.ts';
import { parseToken, type ServiceToken } from './service-tokens.ts';
import { isMailAddress, isUrlOf } from './service-values.ts';
import type { Configuration } from './settings.ts';

/** What is logged, least to most. */
export type LogLevel = 'panic' | 'fatal' | 'error' | 'warn' | 'info' | 'debug';

/** A certificate with its key: texts of PEM files. */
export interface TlsSettings {
  readonly certificate: string;
  readonly key: string;
  /** Clients have to show a certificate that one of these signed. */
  readonly clientCa?: string;
}

/** Where notifications go. */
export interface NotifySettings {
  readonly attempts: number;
  /** Milliseconds. */
  readonly renotifyInterval: number;
  readonly webhook?: {
    readonly url: string;
    readonly serverName?: string;
    readonly ca?: string;
    readonly certificate?: string;
    readonly key?: string;
    readonly proxy?: string;
  };
  readonly json?: { readonly url: string; readonly secret?: Secret; readonly publicUrl?: string };
  readonly clairV4?: { readonly url: string; readonly publicUrl: string };
  readonly mail?: { readonly smtp: Secret; readonly from: string; readonly to: readonly string[] };
}

/** What SIGHUP reads anew. */
export interface ReloadableSettings {
  readonly tokens: readonly ServiceToken[];
  readonly tls?: TlsSettings;
  readonly logLevel: LogLevel;
  readonly layerHosts: readonly string[];
  readonly layerRoots: readonly string[];
  /** Registries that are not public and may be asked for images; the only ones that webhooks may name. */
  readonly registryHosts: readonly string[];
  /** Any file of this machine may be named as a layer. */
  readonly compat: boolean;
  /** Absent: clients of Clair v4 have tokens of this service, if any. */
  readonly clairPsk?: { readonly key: Secret; readonly issuers: readonly string[] };
}

/** Everything that the service needs to know, checked. Times are milliseconds, paths absolute. */
export interface ServiceSettings extends ReloadableSettings {
  readonly listen: ListenAddress;
  /** Absent: health is told with the APIs alone. */
  readonly healthListen?: ListenAddress;
  readonly insecureListen: boolean;
  /** The web page is served beside the APIs. */
  readonly page: boolean;
  /** Where people reach the service; absent: nobody said. */
  readonly publicUrl?: string;
  readonly roles: ReadonlySet<ServiceRole>;
  readonly stateFolder: string;
  /** `postgres://...`, or the path of a file. */
  readonly store: Secret;
  readonly databaseWait: number;
  readonly requestTimeout: number;
  readonly drainTime: number;
  readonly clientRequests: number;
  readonly clientQueue: number;
  readonly insecureTls: boolean;
  /** Layers read at a time; absent: as many as there are processors. */
  readonly analyses?: number;
  /** Bytes of an uploaded archive. */
  readonly uploadLimit: number;
  /** Images that this process scans at a time. */
  readonly scans: number;
  /** Images that wait, at most. */
  readonly scanQueue: number;
  /** Absent: one is made and kept in the database. */
  readonly paginationKey?: Secret;
  /** 0: never. */
  readonly updateInterval: number;
  /** Names of feeds; absent: all. */
  readonly feeds?: readonly string[];
  readonly mirror?: string;
  readonly offline: boolean;
  readonly notify: NotifySettings;
  /** Absent: no image is run. */
  readonly observe?: ServiceObserveSettings;
  /** Absent: there is no map. */
  readonly map?: ServiceMapSettings;
}

/** The live map of a service. */
export interface ServiceMapSettings {
  /** The engine of this machine that is looked at; absent: others report, nothing is looked at here. */
  readonly engine?: 'docker' | 'podman';
  readonly controls: readonly (typeof mapControls)[number][];
  /** 0: none is kept. */
  readonly historyDays: number;
  readonly historyBytes: number;
  readonly arguments: boolean;
  readonly environment: boolean;
  /** Names of public addresses are asked for. */
  readonly names: boolean;
}

/** How images are run for whoever may have them run. */
export interface ServiceObserveSettings {
  readonly engine: 'docker' | 'podman';
  /** Absent: as the environment says. */
  readonly host?: string;
  /** Images that run at a time. */
  readonly runs: number;
  /** Images that wait, at most. */
  readonly queue: number;
}

type Fail = (name: OptionName, message: string) => never;

function failWith({ origins, mentions }: Configuration): Fail {
  return (name, message) => {
    const place = origins.get(name) === 'default' ? undefined : mentions.get(name);
    throw new UsageError('usage.configuration', `${place ?? `--${name}`}: ${message}`);
  };
}

/**
 * The settings of the service, with what can be wrong about them only together.
 * @throws UsageError that names the place of the option
 */
export function serviceSettings(
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
): ServiceSettings {
  const { settings } = configuration;
  const fail = failWith(configuration);
  const stateFolder = settings['state-dir'] ?? stateFolderOf(environment);
  const { analyses, mirror } = settings;
  const paginationKey = settings['pagination-key'];
  if (paginationKey !== undefined && parsePaginationKey(paginationKey) === undefined) {
    fail('pagination-key', '32 bytes are expected: 64 hexadecimal digits, or base64.');
  }
  const feeds = settings.feeds.includes('all') ? undefined : settings.feeds;
  return {
    ...reloadableSettings(configuration),
    listen: addressOf('listen', configuration, fail),
    healthListen: addressOf('health-listen', configuration, fail),
    insecureListen: settings['insecure-listen'],
    page: settings.page === 'on',
    ...(settings['public-url'] !== undefined && { publicUrl: settings['public-url'] }),
    roles: new Set(settings.roles),
    stateFolder,
    store: new Secret(storeOf(configuration, stateFolder, fail)),
    databaseWait: settings['database-wait'],
    requestTimeout: settings['request-timeout'],
    drainTime: settings['drain-time'],
    clientRequests: settings['client-requests'],
    clientQueue: settings['client-queue'],
    insecureTls: settings['insecure-tls'],
    ...(analyses !== undefined && { analyses }),
    uploadLimit: settings['upload-limit'] * MiB,
    scans: settings.scans,
    scanQueue: settings['scan-queue'],
    ...(paginationKey !== undefined && { paginationKey: new Secret(paginationKey) }),
    updateInterval: settings['update-interval'],
    ...(feeds !== undefined && { feeds }),
    ...(mirror !== undefined && { mirror }),
    offline: settings.offline,
    notify: notifySettings(configuration, fail),
    ...observeSettings(configuration, fail),
    ...mapSettings(configuration, fail),
  };
}

function observeSettings({ settings }: Configuration, fail: Fail): Pick<ServiceSettings, 'observe'> {
  const { observe: engine, 'observe-host': host } = settings;
  if (engine === 'off') {
    if (host !== undefined) fail('observe-host', 'there is no engine to reach: give observe, too.');
    return {};
  }
  return {
    observe: {
      engine,
      ...(host !== undefined && { host }),
      runs: settings['observe-runs'],
      queue: settings['observe-queue'],
    },
  };
}

function mapSettings(configuration: Configuration, fail: Fail): Pick<ServiceSettings, 'map'> {
  const { settings } = configuration;
  const { map, 'map-controls': controls } = settings;
  if (map === 'off') {
    if (controls.length > 0) fail('map-controls', 'there is no map: give map, too.');
    return {};
  }
  if (map === 'reports' && controls.length > 0) {
    fail('map-controls', 'they are for containers of this machine: --map docker or --map podman says which engine.');
  }
  return {
    map: {
      ...(map !== 'reports' && { engine: map }),
      controls,
      ...mapKeeping(configuration),
      ...mapCollecting(configuration),
    },
  };
}

/** What is kept of what a map showed. */
export function mapKeeping({ settings }: Configuration): Pick<ServiceMapSettings, 'historyDays' | 'historyBytes'> {
  return { historyDays: settings['map-history'], historyBytes: settings['map-history-size'] * MiB };
}

/** What is told of what runs. */
export function mapCollecting({
  settings,
}: Configuration): Pick<ServiceMapSettings, 'arguments' | 'environment' | 'names'> {
  return {
    arguments: !settings['map-no-arguments'],
    environment: settings['map-environment'],
    names: settings['map-names'] && !settings.offline,
  };
}

/** The part that SIGHUP reads anew. */
export function reloadableSettings(configuration: Configuration): ReloadableSettings {
  const { settings } = configuration;
  const fail = failWith(configuration);
  const tls = tlsSettings(configuration, fail);
  const level = settings['log-level'];
  for (const root of settings['layer-roots']) {
    if (!path.isAbsolute(root)) fail('layer-roots', `absolute paths are expected, not ${JSON.stringify(root)}.`);
  }
  for (const name of ['layer-hosts', 'registry-hosts'] as const) {
    for (const host of settings[name]) {
      if (!/^(?:\[[\da-f:.]+\]|[^\s:/@?#[\]]+)(?::\d{1,5})?$/i.test(host)) {
        fail(name, `a host, or HOST:PORT, is expected, not ${JSON.stringify(host)}.`);
      }
    }
  }
  return {
    tokens: tokensOf(configuration, fail),
    ...(tls !== undefined && { tls }),
    logLevel: level === 'warning' ? 'warn' : level,
    layerHosts: settings['layer-hosts'],
    layerRoots: settings['layer-roots'],
    registryHosts: settings['registry-hosts'],
    compat: settings.compat,
    ...clairPsk(configuration, fail),
  };
}

/** Fewer bytes can be guessed: what RFC 7518 section 3.2 asks for HS256. */
const LEAST_KEY = 32;

function clairPsk({ settings }: Configuration, fail: Fail): Pick<ReloadableSettings, 'clairPsk'> {
  const { 'clair-psk-file': file, 'clair-psk-issuers': issuers } = settings;
  if (file === undefined) return {};
  const text = readText('clair-psk-file', file, fail).trim();
  const key = Buffer.from(text, 'base64');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text) || key.length < LEAST_KEY) {
    fail('clair-psk-file', `${file} holds no base64 of at least ${LEAST_KEY} bytes.`);
  }
  return { clairPsk: { key: new Secret(text), issuers } };
}

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ */
function stateFolderOf(environment: Readonly<Record<string, string | undefined>>): string {
  const xdg = environment['XDG_STATE_HOME'];
  const home = environment['HOME'];
  const own = home !== undefined && home !== '' ? home : homedir();
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(own, '.local', 'state');
  return path.join(base, 'drydock');
}

function storeOf({ settings }: Configuration, stateFolder: string, fail: Fail): string {
  const { store } = settings;
  if (store === undefined) return path.join(stateFolder, 'service.db');
  if (isPostgresSource(store)) {
    try {
      readConnectionString(store);
    } catch (error) {
      fail('store', (error as Error).message);
    }
    return store;
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(store)?.[1];
  if (scheme !== undefined)
    fail('store', `postgres://... or a file is expected, not an address that begins with ${scheme}://.`);
  return path.isAbsolute(store) ? store : fail('store', 'the path of a file has to be absolute.');
}

function addressOf(name: 'listen' | 'health-listen', { settings }: Configuration, fail: Fail): ListenAddress {
  const text = settings[name];
  const hint = /^\d{1,5}$/.test(text) ? ` Did you mean "127.0.0.1:${text}"?` : '';
  return (
    parseListenAddress(text) ??
    fail(name, `HOST:PORT is expected (127.0.0.1:6060, [::1]:6060, :6060), not ${JSON.stringify(text)}.${hint}`)
  );
}

const MiB = 1024 * 1024;

/** Larger files are no certificates, keys or lists of tokens. */
const MOST_BYTES = MiB;

function readText(name: OptionName, file: string, fail: Fail): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    return fail(name, `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)}).`);
  }
  return bytes.length > MOST_BYTES ? fail(name, `${file} is larger than a mebibyte.`) : bytes.toString('utf8');
}

function readPem(name: OptionName, file: string, fail: Fail): string {
  const text = readText(name, file, fail);
  return text.includes('-----BEGIN ') ? text : fail(name, `${file} is no PEM file: no line begins with "-----BEGIN".`);
}

function tokensOf({ settings }: Configuration, fail: Fail): ServiceToken[] {
  const file = settings['token-file'];
  const entries: (readonly [OptionName, string, string])[] = settings.tokens.map((text) => ['tokens', '', text]);
  if (file !== undefined) {
    for (const [index, line] of readText('token-file', file, fail).split('\n').entries()) {
      const text = line.replace(/#.*/, '').trim();
      if (text !== '') entries.push(['token-file', `${file}:${index + 1}: `, text]);
    }
  }
  const tokens = entries.map(([name, place, text]) => {
    const token = parseToken(text);
    return typeof token === 'string' ? fail(name, `${place}${token}`) : token;
  });
  const names = new Set<string>();
  for (const { name } of tokens) {
    if (names.has(name)) fail('tokens', `two tokens are called "${name}"; logs could not tell them apart.`);
    names.add(name);
  }
  return tokens;
}

function tlsSettings({ settings }: Configuration, fail: Fail): TlsSettings | undefined {
  const certificate = settings['tls-certificate'];
  const key = settings['tls-key'];
  const clientCa = settings['client-ca'];
  if (certificate === undefined && key === undefined) {
    if (clientCa !== undefined)
      fail('client-ca', 'client certificates need TLS: give tls-certificate and tls-key too.');
    return undefined;
  }
  if (certificate === undefined) return fail('tls-key', 'its certificate is missing: give tls-certificate too.');
  if (key === undefined) return fail('tls-certificate', 'its key is missing: give tls-key too.');
  return {
    certificate: readPem('tls-certificate', certificate, fail),
    key: readPem('tls-key', key, fail),
    ...(clientCa !== undefined && { clientCa: readPem('client-ca', clientCa, fail) }),
  };
}

function notifySettings({ settings }: Configuration, fail: Fail): NotifySettings {
  const web = ['http:', 'https:'];
  for (const name of ['webhook', 'webhook-proxy', 'notify-url', 'notify-clair-url', 'public-url'] as const) {
    const url = settings[name];
    if (url !== undefined && !isUrlOf(url, web)) fail(name, 'an absolute http or https address is expected.');
  }
  return {
    attempts: settings['notify-attempts'],
    renotifyInterval: settings['renotify-interval'],
    ...webhookSettings(settings, fail),
    ...jsonSettings(settings, fail),
    ...clairV4Settings(settings, fail),
    ...mailSettings(settings, fail),
  };
}

function clairV4Settings(settings: Configuration['settings'], fail: Fail): Pick<NotifySettings, 'clairV4'> {
  const { 'notify-clair-url': url, 'public-url': publicUrl } = settings;
  if (url === undefined) return {};
  if (publicUrl === undefined)
    return fail('notify-clair-url', 'receivers could not ask for anything: give public-url, too.');
  return { clairV4: { url, publicUrl } };
}

function webhookSettings(settings: Configuration['settings'], fail: Fail): Pick<NotifySettings, 'webhook'> {
  const { webhook: url, 'webhook-certificate': certificate, 'webhook-key': key, 'webhook-ca': ca } = settings;
  const { 'webhook-server-name': serverName, 'webhook-proxy': proxy } = settings;
  if (url === undefined) return {};
  if (certificate !== undefined && key === undefined)
    fail('webhook-certificate', 'its key is missing: give webhook-key too.');
  if (key !== undefined && certificate === undefined) {
    fail('webhook-key', 'its certificate is missing: give webhook-certificate too.');
  }
  return {
    webhook: {
      url,
      ...(serverName !== undefined && { serverName }),
      ...(ca !== undefined && { ca: readPem('webhook-ca', ca, fail) }),
      ...(certificate !== undefined && { certificate: readPem('webhook-certificate', certificate, fail) }),
      ...(key !== undefined && { key: readPem('webhook-key', key, fail) }),
      ...(proxy !== undefined && { proxy }),
    },
  };
}

function jsonSettings(settings: Configuration['settings'], fail: Fail): Pick<NotifySettings, 'json'> {
  const { 'notify-url': url, 'notify-secret-file': file, 'public-url': publicUrl } = settings;
  if (url === undefined) {
    if (file !== undefined) fail('notify-secret-file', 'there is nothing to sign: give notify-url too.');
    return {};
  }
  const json = { url, ...(publicUrl !== undefined && { publicUrl }) };
  if (file === undefined) return { json };
  const secret = readText('notify-secret-file', file, fail).trim();
  if (secret.length < 16) fail('notify-secret-file', `${file} holds less than 16 characters, too few for a secret.`);
  return { json: { ...json, secret: new Secret(secret) } };
}

function mailSettings(settings: Configuration['settings'], fail: Fail): Pick<NotifySettings, 'mail'> {
  const { 'mail-to': to, 'mail-from': from, smtp } = settings;
  if (to.length === 0) return {};
  const bad = to.find((address) => !isMailAddress(address));
  if (bad !== undefined) fail('mail-to', `${JSON.stringify(bad)} is no mail address.`);
  if (smtp === undefined) return fail('mail-to', 'the mail server is missing: give smtp too.');
  if (!isUrlOf(smtp, ['smtp:', 'smtps:'])) fail('smtp', 'smtp://HOST:PORT or smtps://HOST:PORT is expected.');
  if (from === undefined) return fail('mail-to', 'the sender is missing: give mail-from too.');
  if (!isMailAddress(from)) fail('mail-from', `${JSON.stringify(from)} is no mail address.`);
  return { mail: { smtp: new Secret(smtp), from, to } };
}
