import { afterEach, expect } from 'vitest';
import { SourceError } from '../../src/errors.ts';
import type { Logger } from '../../src/log.ts';
import type { Dialer } from '../../src/net/dial.ts';
import { networkDialer } from '../../src/net/network-dialer.ts';
import { RegistryClient, type RegistryClientOptions } from '../../src/net/registry/client.ts';
import { noCredentials } from '../../src/net/registry/credentials.ts';
import type { RegistryLimits } from '../../src/net/registry/limits.ts';
import { FakeRegistry, type FakeRegistryOptions } from './fake-registry.ts';

/** Waits that a test can afford. */
export const quickLimits: Partial<RegistryLimits> = { backOffMs: 1, backOffMaximumMs: 2 };

const open: { close(): unknown }[] = [];

/** Closes what the functions below opened. Call it once in a test file. */
export function closeAfterEach(): void {
  afterEach(async () => {
    for (const one of open.splice(0)) await one.close();
  });
}

/** A registry that is closed after the test. */
export async function startRegistry(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start(options);
  open.push(registry);
  return registry;
}

/** A dialer that is closed after the test. */
export function startDialer(options: Parameters<typeof networkDialer>[0] = {}): Dialer {
  const dialer = networkDialer(options);
  open.push(dialer);
  return dialer;
}

/** What a log was told. */
export interface Said {
  readonly data: object;
  readonly message: string;
}

export function listeningLog(): { readonly log: Logger; readonly said: Said[] } {
  const said: Said[] = [];
  const note = (data: object, message: string): void => void said.push({ data, message });
  return { said, log: { debug: note, info: note, warn: note, error: note } };
}

/** A client of a repository `a/b`, or another one, that does not wait long. */
export function clientOf(
  registry: string,
  more: Partial<RegistryClientOptions> & { readonly repository?: string } = {},
): RegistryClient {
  return new RegistryClient(registry, more.repository ?? 'a/b', {
    dialer: more.dialer ?? startDialer(),
    credentials: noCredentials,
    log: listeningLog().log,
    ...more,
    registryLimits: { ...quickLimits, ...more.registryLimits },
  });
}

/** All bytes of a stream. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The SourceError that a promise ends with. */
export async function sourceError(promise: Promise<unknown>): Promise<SourceError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SourceError);
  return error as SourceError;
}
