import { createSecureContext } from 'node:tls';
import { UsageError } from '../errors.ts';
import type { TlsOptions } from '../net/connections.ts';
import { networkDialer } from '../net/network-dialer.ts';
import { POST_TIMEOUT_MS, postMessage } from './post.ts';
import type { NotificationTarget } from './target.ts';
import { parseTargetUrl } from './target-url.ts';

/** A webhook as Clair has it (spec 1.3, `notifier.http`). */
export interface ClairWebhookSettings extends TlsOptions {
  readonly url: string;
  /** Address of a proxy that alone is used. */
  readonly proxy?: string;
}

/**
 * Sends the name of a notification, which whoever gets it then asks the v1 API for: the same bytes as Clair v2 (spec 9.3).
 * @param timeout milliseconds until an answer must have come
 * @throws UsageError on an address, a proxy or a certificate that cannot be used
 */
export function clairWebhook(
  { url, proxy, ...tls }: ClairWebhookSettings,
  timeout: number = POST_TIMEOUT_MS,
): NotificationTarget {
  const place = parseTargetUrl(url, 'webhook');
  if (proxy !== undefined) parseTargetUrl(proxy, 'webhook-proxy');
  // As in Clair, names and authorities only count together with a certificate of our own (spec 9.3) ...
  const own = tls.certificate !== undefined && tls.key !== undefined;
  // ... except that an authority alone is no reason to trust others.
  const used = own || tls.ca !== undefined ? tls : {};
  checkCertificates(used);
  const dialer = networkDialer({ ...(proxy !== undefined && { proxy }), tls: used });
  return {
    name: 'webhook',
    backend: 'webhook',
    batch: 1,
    repeats: true,
    async send([notification]) {
      const body = JSON.stringify({ Notification: { Name: notification?.name } });
      // Receivers of Clair's may tell its messages by these.
      const headers = { 'user-agent': 'Go-http-client/1.1', 'accept-encoding': 'gzip' };
      await postMessage(dialer, place, { body, headers }, (status) => status === 200 || status === 201, timeout);
    },
    close: () => dialer.close(),
  };
}

/** What is wrong with them shall be told at the start, not with the first message. */
function checkCertificates({ certificate, key, ca }: TlsOptions): void {
  try {
    createSecureContext({ cert: certificate, key, ca });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'no PEM';
    const message = `webhook-certificate: certificate, key and authorities cannot be used together (${why}).`;
    throw new UsageError('usage.configuration', message, { cause: error });
  }
}
