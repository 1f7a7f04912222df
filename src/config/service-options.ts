import { mapServiceOptions } from './map-options.ts';
import type { OptionSpec } from './option-spec.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** All of them are a matter of the machine that serves, and stand below `server` in a file. */
const server = { section: 'server', personal: true } as const;

/** What a process of the service can do. */
export const serviceRoles = ['api', 'worker', 'updater', 'notifier'] as const;
export type ServiceRole = (typeof serviceRoles)[number];

/** What a token allows; each includes those before it, but `report`, which is for itself and in `admin` alone. */
export const scopes = ['report', 'read', 'scan', 'observe', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** Least to most talkative; `panic`, `fatal` and `warning` are how Clair calls them. */
export const logLevels = ['panic', 'fatal', 'error', 'warning', 'warn', 'info', 'debug'] as const;

/** Options of `drydock serve`: part of `optionTable`. */
export const serviceOptions = {
  listen: {
    ...server,
    kind: 'text',
    value: 'HOST:PORT',
    default: '127.0.0.1:6060',
    description:
      'Where the APIs answer; `:6060` means every address of this machine. Beyond this machine it asks for tokens or client certificates.',
  },
  'health-listen': {
    ...server,
    kind: 'text',
    value: 'HOST:PORT',
    default: '127.0.0.1:6061',
    description: 'Where `/health`, `/healthz` and `/readyz` answer. They say a status and nothing else.',
  },
  'insecure-listen': {
    ...server,
    kind: 'switch',
    default: false,
    description: 'Let anybody who can reach the service use it: without tokens and without client certificates.',
  },
  page: {
    ...server,
    kind: 'choice',
    value: 'WHETHER',
    choices: ['on', 'off'],
    default: 'on',
    description: 'Serve the web page on the address of the APIs. `off` serves the APIs alone.',
  },
  tokens: {
    ...server,
    kind: 'words',
    value: 'LIST',
    default: [],
    secret: true,
    description:
      'Who may use the APIs: `NAME:SCOPE:SHA256`, where SCOPE is `report`, `read`, `scan`, `observe` or `admin` and SHA256 the digest of the token. `drydock serve token NAME` makes them.',
  },
  'token-file': {
    ...server,
    kind: 'path',
    value: 'FILE',
    description: 'More tokens, one a line. Read again on SIGHUP.',
  },
  'clair-psk-file': {
    ...server,
    kind: 'path',
    value: 'FILE',
    description:
      'Let clients of the API of Clair v4 in with tokens (JWT) that the key in this file signed: base64, as `auth.psk.key` of Clair. Read again on SIGHUP.',
  },
  'clair-psk-issuers': {
    ...server,
    kind: 'words',
    value: 'NAMES',
    default: ['quay', 'clairctl'],
    description: 'Who may issue those tokens, as `auth.psk.iss` of Clair.',
  },
  'tls-certificate': {
    ...server,
    kind: 'path',
    value: 'FILE',
    description: 'Serve the APIs by TLS with this certificate, its chain after it (PEM). Read again on SIGHUP.',
  },
  'tls-key': { ...server, kind: 'path', value: 'FILE', description: 'The key of that certificate (PEM).' },
  'client-ca': {
    ...server,
    kind: 'path',
    value: 'FILE',
    description: 'Let only clients in whose certificate one of these authorities signed (PEM). Needs TLS.',
  },
  'state-dir': {
    ...server,
    kind: 'path',
    value: 'FOLDER',
    defaultWords: '`$XDG_STATE_HOME/drydock`, or `~/.local/state/drydock`',
    description:
      'Where the service keeps its database, unless it is PostgreSQL, and archives that were uploaded; for its user alone.',
  },
  store: {
    ...server,
    kind: 'text',
    value: 'URL',
    defaultWords: '`service.db` in the state folder',
    description: 'The database: `postgres://USER:PASSWORD@HOST:PORT/NAME`, or a file for SQLite.',
  },
  'database-wait': {
    ...server,
    kind: 'duration',
    value: 'DURATION',
    default: 5 * MINUTE,
    defaultWords: '`5m`',
    description: 'Keep trying for so long at the start when the database does not answer.',
  },
  roles: {
    ...server,
    kind: 'choices',
    value: 'LIST',
    choices: serviceRoles,
    default: serviceRoles,
    defaultWords: 'all',
    description: 'What this process does. Several processes can share the work on one PostgreSQL database.',
  },
  'request-timeout': {
    ...server,
    kind: 'duration',
    value: 'DURATION',
    default: 15 * MINUTE,
    defaultWords: '`15m`',
    description: 'A request gets an answer within this time, if only that it took too long.',
  },
  'drain-time': {
    ...server,
    kind: 'duration',
    value: 'DURATION',
    default: 30_000,
    defaultWords: '`30s`',
    description: 'After SIGTERM or SIGINT, wait at most so long for requests that are being answered.',
  },
  'client-requests': {
    ...server,
    kind: 'integer',
    value: 'N',
    range: [1, 100_000],
    default: 64,
    description: 'Requests of one client (token, certificate or address) that are answered at a time.',
  },
  'client-queue': {
    ...server,
    kind: 'integer',
    value: 'N',
    range: [0, 100_000],
    default: 256,
    description: 'Requests of one client that wait for those; what is beyond is turned away (503).',
  },
  'layer-roots': {
    ...server,
    kind: 'words',
    value: 'FOLDERS',
    default: [],
    description: 'Folders below which `POST /v1/layers` may name files of this machine; absolute.',
  },
  'layer-hosts': {
    ...server,
    kind: 'words',
    value: 'HOSTS',
    default: [],
    description:
      'Hosts from which `POST /v1/layers` may fetch layers: `registry.example`, or with a port `10.0.0.5:5000`.',
  },
  'registry-hosts': {
    ...server,
    kind: 'words',
    value: 'HOSTS',
    default: [],
    description:
      'Registries in private networks or on this machine that images may be fetched from: `registry.example`, `10.0.0.5:5000`. Public ones need not be named, except for webhooks, which can be about these hosts only.',
  },
  'upload-limit': {
    ...server,
    kind: 'integer',
    value: 'MIB',
    range: [1, 1_048_576],
    default: 8192,
    description: 'MiB that an uploaded archive may have. It is kept in the state folder until it was scanned.',
  },
  scans: {
    ...server,
    kind: 'integer',
    value: 'N',
    range: [1, 64],
    default: 2,
    description: 'Images of the API that this process scans at a time; others wait.',
  },
  'scan-queue': {
    ...server,
    kind: 'integer',
    value: 'N',
    range: [1, 1_000_000],
    default: 10_000,
    description: 'Images that wait for their scan; what is beyond is turned away (429).',
  },
  observe: {
    ...server,
    kind: 'choice',
    value: 'ENGINE',
    choices: ['off', 'docker', 'podman'],
    default: 'off',
    description:
      'Let the API run images that this container engine has, in a cage, for whoever has a token of the scope `observe` (without tokens: for everybody who can reach the service). `off` runs none.',
  },
  'observe-host': {
    ...server,
    kind: 'text',
    value: 'ADDRESS',
    defaultWords: 'as `DOCKER_HOST` or `CONTAINER_HOST` says, else the usual socket',
    description: 'Where that engine listens: `unix:///run/docker.sock`, `ssh://user@host`, `tcp://host:2376`.',
  },
  'observe-runs': {
    ...server,
    kind: 'integer',
    value: 'N',
    range: [1, 16],
    default: 1,
    description: 'Images that this process runs at a time; others wait.',
  },
  'observe-queue': {
    ...server,
    kind: 'integer',
    value: 'N',
    range: [1, 1000],
    default: 16,
    description: 'Images that wait to be run; what is beyond is turned away (429).',
  },
  compat: {
    ...server,
    kind: 'switch',
    default: false,
    description:
      'Let `POST /v1/layers` name any file that the service may read, as Clair did. For analyze-local-images on this machine; dangerous where others reach the service.',
  },
  'insecure-tls': {
    ...server,
    kind: 'switch',
    default: false,
    oneHyphen: true,
    description: 'Do not check certificates when layers are fetched.',
  },
  analyses: {
    ...server,
    kind: 'integer',
    value: 'N',
    range: [1, 256],
    defaultWords: 'one for each processor',
    description: 'Layers that are read at a time; others wait.',
  },
  'pagination-key': {
    ...server,
    kind: 'text',
    value: 'KEY',
    secret: true,
    defaultWords: 'made once and kept in the database',
    description:
      'Seals the page tokens of the v1 API: 32 bytes, as 64 hexadecimal digits or base64. Processes that share a database share the one that is kept there; where one of them is given a key, all need the same.',
  },
  'update-interval': {
    ...server,
    kind: 'duration',
    value: 'DURATION',
    zero: true,
    default: HOUR,
    defaultWords: '`1h`',
    description: 'Update the advisories so often; `0` never does.',
  },
  feeds: {
    ...server,
    kind: 'words',
    value: 'LIST',
    default: ['all'],
    description: 'The feeds that the service updates, by their names in `drydock db status`.',
  },
  'log-level': {
    ...server,
    kind: 'choice',
    value: 'LEVEL',
    choices: logLevels,
    default: 'info',
    oneHyphen: true,
    description: 'Log what is at least so severe.',
  },
  'cpu-profile': {
    kind: 'path',
    value: 'FILE',
    only: 'flag',
    oneHyphen: true,
    description: 'Write a CPU profile (`.cpuprofile`, for the developer tools of a browser) at the end.',
  },
  'notify-attempts': {
    ...server,
    kind: 'integer',
    value: 'N',
    range: [1, 100],
    default: 5,
    description: 'Tries of one notification at one target before it rests.',
  },
  'renotify-interval': {
    ...server,
    kind: 'duration',
    value: 'DURATION',
    default: 2 * HOUR,
    defaultWords: '`2h`',
    description: 'Send a notification again after this time until somebody marks it as read.',
  },
  webhook: {
    ...server,
    kind: 'text',
    value: 'URL',
    description: 'Send notifications to this address as Clair does.',
  },
  'webhook-server-name': {
    ...server,
    kind: 'text',
    value: 'NAME',
    description: 'The name that the certificate of the webhook shall have, where it is not that of its address.',
  },
  'webhook-ca': {
    ...server,
    kind: 'path',
    value: 'FILE',
    description: 'Trust these authorities for the webhook, and no other (PEM).',
  },
  'webhook-certificate': {
    ...server,
    kind: 'path',
    value: 'FILE',
    description: 'The client certificate for the webhook (PEM).',
  },
  'webhook-key': { ...server, kind: 'path', value: 'FILE', description: 'The key of that certificate (PEM).' },
  'webhook-proxy': {
    ...server,
    kind: 'text',
    value: 'URL',
    description: 'Reach the webhook through this proxy.',
  },
  'notify-url': {
    ...server,
    kind: 'text',
    value: 'URL',
    description: 'Send notifications to this address as JSON that says what changed.',
  },
  'notify-secret-file': {
    ...server,
    kind: 'path',
    value: 'FILE',
    description: 'Sign what is sent to --notify-url with the secret in this file (HMAC-SHA256).',
  },
  'notify-clair-url': {
    ...server,
    kind: 'text',
    value: 'URL',
    description:
      'Send to this address, as Clair v4 does, where a notification is to be had that concerns manifests of its API. Needs --public-url.',
  },
  'public-url': {
    ...server,
    kind: 'text',
    value: 'URL',
    description:
      'Where people reach this service: what is sent to --notify-url links to it, pages of this origin may use it, and nobody signs in under another name.',
  },
  'mail-to': {
    ...server,
    kind: 'words',
    value: 'ADDRESSES',
    default: [],
    description: 'Send notifications by mail to these addresses.',
  },
  'mail-from': { ...server, kind: 'text', value: 'ADDRESS', description: 'The sender of those mails.' },
  smtp: {
    ...server,
    kind: 'text',
    value: 'URL',
    description: 'The mail server: `smtp://HOST:25`, `smtps://USER:PASSWORD@HOST:465`.',
  },
  ...mapServiceOptions,
  scope: {
    kind: 'choice',
    value: 'SCOPE',
    choices: scopes,
    default: 'read',
    only: 'flag',
    description:
      'What the token allows: `report` sends what runs on a host, and reads nothing; `read`; `scan` also submits images and layers; `observe` also runs images of a container engine, where the service does; `admin` everything.',
  },
} as const satisfies Record<string, OptionSpec>;
