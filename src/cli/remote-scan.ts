import type { Settings } from '../config/options.ts';
import type { ScanContext } from '../context.ts';
import { DrydockError, UsageError } from '../errors.ts';
import type { ImageView } from '../model/view.ts';
import type { Dialer, DialResponse } from '../net/dial.ts';
import { describeFailure } from '../net/failure.ts';
import type { Matched, RemoteMatcher } from '../scan.ts';
import { eitherSignal, timeLimit } from '../signals.ts';
import { jsonHeaders, serviceToken, serviceUrl } from './remote-service.ts';

const MiB = 1024 * 1024;

/** Bytes of an answer: findings of an image with all packages of a distribution. */
const MOST_BYTES = 256 * MiB;
/** Places of a package that are sent: a finding names no more. */
const PLACES = 1000;
/** Of an answer that says why not. */
const MOST_WORDS = 64 * 1024;
/** Milliseconds that a service may take to judge. */
const PATIENCE = 120_000;

export interface RemoteOptions {
  readonly settings: Pick<Settings, 'server-token-file' | 'plain-http' | 'db' | 'lockfiles'>;
  readonly dialer: Dialer;
}

/**
 * Has packages judged by a service. Nothing else of an image is sent.
 * @throws UsageError for an address that is none, or that would let others read along; for a token that cannot be read
 */
export function remoteMatcher(server: string, { settings, dialer }: RemoteOptions): RemoteMatcher {
  const url = serviceUrl('server', server, '/api/match', settings['plain-http']);
  if (settings.db !== undefined) {
    throw new UsageError('usage.option', '--server and --db exclude each other: the service has its own advisories.');
  }
  if (dialer.offline) {
    throw new UsageError('usage.option', '--server and --offline exclude each other: a service is asked by network.');
  }
  const token = serviceToken(settings['server-token-file']);
  return {
    async match(view, { signal }: ScanContext) {
      const timeout = timeLimit(PATIENCE);
      try {
        const response = await dialer.request(url, {
          method: 'POST',
          headers: jsonHeaders(token),
          body: JSON.stringify({ ...inventoryOf(view), ...(settings.lockfiles && { lockfiles: true }) }),
          signal: eitherSignal([signal, timeout]),
        });
        if (response.status !== 200) throw await refusal(response, url);
        return await parse(await bodyOf(response, MOST_BYTES), url);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof DrydockError) throw error;
        const words = timeout.aborted ? `does not answer within ${PATIENCE / 1000} seconds` : describeFailure(error);
        throw new DrydockError('service.unreachable', `The service ${url.host} ${words}.`, { cause: error });
      }
    },
  };
}

function inventoryOf({ image, distribution, packages }: ImageView): object {
  return {
    ...(distribution !== undefined && { distribution }),
    layers: image.layers.map(({ index, digest, diffId, size, instruction, historyIndex }) => ({
      index,
      ...(digest !== undefined && { digest }),
      ...(diffId !== undefined && { diffId }),
      size,
      ...(instruction !== undefined && { instruction }),
      ...(historyIndex !== undefined && { historyIndex }),
    })),
    // How they hang together matters to nobody there.
    packages: packages.map(({ dependsOn: _, within: __, hashes: ___, groups: ____, ...pkg }) => ({
      ...pkg,
      locations: pkg.locations.slice(0, PLACES),
    })),
  };
}

async function bodyOf(response: DialResponse, most: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of response.body) {
    bytes += piece.length;
    if (bytes > most) {
      response.discard();
      throw new DrydockError('service.unreachable', `The service answers with more than ${most} bytes.`);
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Why the service did not judge, in its own words where it has some. */
async function refusal(response: DialResponse, { host }: URL): Promise<DrydockError> {
  const text = (await bodyOf(response, MOST_WORDS).catch(() => Buffer.of())).toString('utf8');
  const { status } = response;
  let detail: unknown;
  try {
    ({ detail } = JSON.parse(text) as { detail?: unknown });
  } catch {
    // It is no service of ours, or something stands before it.
  }
  const words = typeof detail === 'string' ? `: ${detail.slice(0, 500)}` : '';
  const advice =
    status === 401 || status === 403
      ? ' Give a token that may scan by --server-token-file.'
      : status === 404
        ? ' Is it the address of a Drydock service?'
        : '';
  return new DrydockError('service.unreachable', `The service ${host} answers HTTP ${status}${words}.${advice}`);
}

/** What a service says becomes a report: its form is checked. */
async function parse(body: Buffer, { host }: URL): Promise<Matched> {
  const { MatchedPackages } = await import('../server/api/match-schema.ts');
  let answer: unknown;
  try {
    answer = JSON.parse(body.toString('utf8'));
  } catch {
    // What follows says so.
  }
  const { success, data } = MatchedPackages.safeParse(answer);
  if (success) return data;
  throw new DrydockError('service.unreachable', `The service ${host} answers in a form that is not understood.`);
}
