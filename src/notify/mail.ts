import { createHash } from 'node:crypto';
import type { Transporter } from 'nodemailer';
import { UsageError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { escapeLine, escapeText } from '../report/escape.ts';
import type { StoredNotification } from '../store/notification-shelf.ts';
import { storedSeverities } from '../store/package-version.ts';
import { DeliveryError, type NotificationTarget, typeOf } from './target.ts';
import { checkUser } from './target-url.ts';

export interface MailSettings {
  /** `smtp://HOST:25`, `smtps://USER:PASSWORD@HOST:465`. */
  readonly smtp: { reveal(): string };
  readonly from: string;
  readonly to: readonly string[];
  /** Authorities of the mail server's certificate, PEM; absent: those of Node.js. */
  readonly ca?: string;
}

/** Notifications of one mail: where many wait, nobody wants as many mails. */
const DIGEST = 50;
const CONNECT_MS = 10_000;
const ANSWER_MS = 60_000;
const DESCRIPTION = 300;

/**
 * Sends mails, each of all that waits up to `DIGEST`. Loads the mailer with the first of them.
 * @throws UsageError on an address of a mail server that cannot be used
 */
export function mailTarget({ smtp, from, to, ca }: MailSettings, log: Logger): NotificationTarget {
  const server = URL.canParse(smtp.reveal()) ? new URL(smtp.reveal()) : undefined;
  if (server?.protocol !== 'smtp:' && server?.protocol !== 'smtps:') {
    throw new UsageError('usage.configuration', 'smtp: smtp://HOST:PORT or smtps://HOST:PORT is expected.');
  }
  checkUser(server, 'smtp');
  let opened: Transporter | undefined;
  return {
    name: 'mail',
    backend: 'mail',
    batch: DIGEST,
    async send(notifications, signal) {
      opened ??= await openTransport(server, ca);
      const { subject, text, id } = composeMail(notifications);
      const message = { from, to: [...to], subject, text, messageId: `<${id}@drydock>` };
      const headers = { 'Auto-Submitted': 'auto-generated', 'X-Drydock-Notification': ids(notifications) };
      const sent = await opened.sendMail({ ...message, headers, ...(signal && { signal }) }).catch((error: unknown) => {
        throw new DeliveryError(`the mail server ${mailFailure(error)}`, { cause: error });
      });
      const rejected = (sent as { readonly rejected?: readonly unknown[] }).rejected?.length ?? 0;
      if (rejected > 0) log.warn({ target: 'mail', rejected }, 'the mail server did not take some of the addresses');
    },
    async close() {
      opened?.close();
    },
  };
}

async function openTransport(server: URL, ca: string | undefined): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  const secure = server.protocol === 'smtps:';
  const user = decodeURIComponent(server.username);
  return createTransport({
    host: server.hostname.replace(/^\[|\]$/g, ''),
    port: Number(server.port) || (secure ? 465 : 25),
    secure,
    // A password never goes over a line that anybody can read.
    requireTLS: !secure && user !== '',
    ...(user !== '' && { auth: { user, pass: decodeURIComponent(server.password) } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: ANSWER_MS,
    // What a mail says is data: it names no file and no address to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** Without the words of the server, which may be anything. */
function mailFailure(error: unknown): string {
  const { code, responseCode } = error as { readonly code?: unknown; readonly responseCode?: unknown };
  if (typeof responseCode === 'number') return `answered ${responseCode}`;
  switch (code) {
    case 'EAUTH':
      return 'did not take name and password';
    case 'ETLS':
      return 'has no usable TLS';
    case 'ETIMEDOUT':
      return 'did not answer in time';
    case 'EDNS':
      return 'cannot be found: its name does not resolve';
    default:
      return `could not be talked to (${typeof code === 'string' ? code : 'no code'})`;
  }
}

const ids = (notifications: readonly StoredNotification[]): string => notifications.map(({ name }) => name).join(' ');

/** What a mail says. Repeats of the same notifications have the same id, so that mail programs know them again. */
export function composeMail(notifications: readonly StoredNotification[]): {
  readonly subject: string;
  readonly text: string;
  readonly id: string;
} {
  const sorted = notifications.toSorted((a, b) => rankOf(b) - rankOf(a) || a.created.getTime() - b.created.getTime());
  const [first] = sorted;
  const subject =
    first === undefined || sorted.length > 1
      ? `[Drydock] ${sorted.length} changes of vulnerabilities`
      : `[Drydock] ${titleOf(first)}`;
  const names = sorted.map(({ name }) => name);
  const id = names.length === 1 ? (names[0] as string) : digestOf(names.toSorted());
  return { subject, text: `${sorted.map(entryOf).join('\n')}`, id };
}

function digestOf(names: readonly string[]): string {
  return createHash('sha256').update(names.join(' ')).digest('hex').slice(0, 32);
}

function rankOf({ old, new: fresh }: StoredNotification): number {
  const severity = (fresh ?? old)?.severity;
  return severity === undefined ? -1 : storedSeverities.indexOf(severity);
}

const verbs = {
  'vulnerability.added': 'is new',
  'vulnerability.changed': 'changed',
  'vulnerability.removed': 'is gone',
} as const;

function titleOf(notification: StoredNotification): string {
  const vulnerability = notification.new ?? notification.old;
  if (vulnerability === undefined) return `${notification.name} ${verbs[typeOf(notification)]}`;
  const { name, namespace, severity } = vulnerability;
  const was = notification.old?.severity;
  const change = notification.new && was !== undefined && was !== severity ? `, was ${was}` : '';
  return escapeText(`${name} (${severity}${change}) in ${namespace.name} ${verbs[typeOf(notification)]}`);
}

function entryOf(notification: StoredNotification): string {
  const { description = '', link = '', fixes = [] } = notification.new ?? notification.old ?? {};
  const short = escapeLine(description);
  return [
    titleOf(notification),
    ...(short === '' ? [] : [`  ${short.length > DESCRIPTION ? `${short.slice(0, DESCRIPTION)}...` : short}`]),
    ...fixes.map((fix) => escapeText(`  ${fix.package}: ${fix.version ?? 'no fix yet'}`)),
    ...(link === '' ? [] : [`  ${escapeText(link)}`]),
    `  notification ${notification.name}`,
    '',
  ].join('\n');
}
