import { type ErrorCode, SourceError } from '../../errors.ts';
import { AddressError, type DialResponse, OfflineError } from '../dial.ts';
import { describeFailure } from '../failure.ts';
import { isRetryableStatus, retryAfterMs } from '../retry.ts';

/** Why a registry did not give what was asked for. */
export class RegistryError extends SourceError {
  /** Another try may help. */
  readonly transient: boolean;
  /** Milliseconds that the registry wants to be left alone for. */
  readonly waitMs: number | undefined;

  constructor(code: ErrorCode, message: string, more: { transient?: boolean; waitMs?: number; cause?: unknown } = {}) {
    super(code, message, { cause: more.cause });
    this.transient = more.transient ?? false;
    this.waitMs = more.waitMs;
  }
}

/** What a failed connection means. `who` is the host, and never more of an address: queries hold signatures. */
export function connectionError(who: string, error: unknown): RegistryError {
  if (error instanceof RegistryError) return error;
  if (error instanceof OfflineError) return new RegistryError('source.unreachable', error.message, { cause: error });
  if (error instanceof AddressError) {
    return new RegistryError('source.refused', `${who} was not asked: ${error.message}`, { cause: error });
  }
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string' && isCertificateError(code)) {
    return new RegistryError(
      'source.unreachable',
      `${who} shows a certificate that cannot be trusted (${code}). Its authority can be named in NODE_EXTRA_CA_CERTS.`,
      { cause: error },
    );
  }
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' || code === 'EPROTO') {
    return new RegistryError(
      'source.unreachable',
      `${who} does not speak TLS. A registry without it must be named with --plain-http.`,
      { cause: error },
    );
  }
  return new RegistryError('source.unreachable', `${who} ${describeFailure(error)}`, {
    // A name that does not exist will not do so in a second. A resolver that does not answer says EAI_AGAIN.
    transient: code !== 'ENOTFOUND',
    cause: error,
  });
}

function isCertificateError(code: string): boolean {
  return code.includes('CERT') || code.startsWith('ERR_TLS_') || code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
}

/** Bytes of an answer that are looked at for the reason of a refusal. */
const REASON_BYTES = 16 * 1024;

/** The code that a registry gives for its refusal (OCI distribution specification, "Error Codes"), for the message. */
async function reasonOf(response: DialResponse): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > REASON_BYTES) break;
    }
    const parsed = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { errors?: { code?: unknown }[] };
    const code = parsed.errors?.[0]?.code;
    if (typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code)) return ` (${code})`;
  } catch {
    // no reason is none
  }
  return '';
}

/** What was asked for, for messages. */
export interface Asked {
  /** Whose credentials are at stake: `ghcr.io`. */
  readonly registry: string;
  /** The host that answered, where it is not the registry: its token service. */
  readonly who?: string;
  /** `the manifest latest of library/alpine` */
  readonly what: string;
  /** Where the credentials come from that were sent; undefined: none were. */
  readonly credentials: string | undefined;
  /** More to say where credentials were at stake. */
  readonly hint: string | undefined;
}

/** What an answer other than success means, in words that tell what to do. */
export async function statusError(response: DialResponse, asked: Asked, now: number): Promise<RegistryError> {
  const { status } = response;
  const { registry, what, credentials } = asked;
  const who = asked.who ?? registry;
  const reason = await reasonOf(response);
  response.discard();
  const hint = asked.hint === undefined ? '' : ` ${asked.hint}`;
  if (status === 401 || status === 403) {
    const words =
      credentials === undefined
        ? `${who} does not give ${what} without credentials${reason}: it is private, or does not exist. ` +
          `Log in with "docker login ${registry}" or "podman login ${registry}", or give DRYDOCK_REGISTRY, DRYDOCK_REGISTRY_USERNAME and DRYDOCK_REGISTRY_PASSWORD.`
        : `${who} does not give ${what} with the credentials of ${credentials}${reason}: they are wrong or too old, or do not allow it.`;
    return new RegistryError('source.unauthorised', `${words}${hint}`);
  }
  if (status === 404) return new RegistryError('source.not-found', `${who} does not have ${what}${reason}`);
  const waitMs = retryAfterMs(response.header('retry-after'), now);
  const transient = { transient: true, ...(waitMs !== undefined && { waitMs }) };
  if (status === 429) {
    const advice = credentials === undefined ? 'Wait, log in, or use a mirror' : 'Wait, or use a mirror';
    return new RegistryError(
      'source.rate-limited',
      `${who} has been asked too often${reason}. ${advice} (--registry-mirror).`,
      transient,
    );
  }
  if (isRetryableStatus(status)) {
    return new RegistryError('source.unreachable', `${who} answered HTTP ${status}${reason}`, transient);
  }
  return new RegistryError('source.refused', `${who} answered HTTP ${status}${reason} when asked for ${what}`);
}
