import { createHmac } from 'node:crypto';

/** How secrets of this form begin: the rest is base64 of the key. Any other secret is the key itself. */
const PREFIX = 'whsec_';

/**
 * Headers by which a receiver knows who sent a message, when, and whether it had it before: those of Standard Webhooks
 * (https://www.standardwebhooks.com), so that libraries for many languages can check them. Signed is `ID.TIMESTAMP.BODY`
 * with HMAC-SHA256.
 * @param seconds since 1970
 * @param secret absent: the message is not signed
 */
export function signatureHeaders(
  id: string,
  seconds: number,
  body: string,
  secret: string | undefined,
): Readonly<Record<string, string>> {
  const headers = { 'webhook-id': id, 'webhook-timestamp': String(seconds) };
  if (secret === undefined) return headers;
  const key = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), 'base64') : secret;
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { ...headers, 'webhook-signature': `v1,${signature}` };
}
