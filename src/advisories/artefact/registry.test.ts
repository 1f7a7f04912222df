import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  bytesOf,
  day,
  exportTo,
  fillDatabase,
  install,
  makeDatabase,
  makeSigner,
  manyAdvisories,
  recordsOf,
} from '../../../test/support/artefacts.ts';
import { cutBlob, type FakeRegistry, type Fault, refuse } from '../../../test/support/fake-registry.ts';
import {
  closeAfterEach,
  listeningLog,
  quickLimits,
  startDialer,
  startRegistry,
} from '../../../test/support/registry-client.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { parseImageReference } from '../../image/reference.ts';
import type { RegistryClientOptions } from '../../net/registry/client.ts';
import { noCredentials } from '../../net/registry/credentials.ts';
import { chainOf, ociTypes } from './oci.ts';
import { type PullOptions, pullAdvisories } from './pull.ts';
import { type PushOptions, pushAdvisories } from './push.ts';

closeAfterEach();

const signer = makeSigner();

/** Three days of one database, each with its artefact and the delta from the day before. */
const days: { readonly database: string; readonly whole: string; readonly delta?: string }[] = [];

beforeAll(async () => {
  let database: string | undefined;
  for (let number = 1; number <= 3; number++) {
    const next = path.join(temporaryFolder(), 'a.db');
    if (database !== undefined) writeFileSync(next, readFileSync(database));
    await fillDatabase(next, manyAdvisories(300 + number), day(number));
    const whole = await exportTo(next, signer, { now: day(number) });
    const since =
      database === undefined ? undefined : await exportTo(next, signer, { now: day(number), since: database });
    days.push({ database: next, whole: whole.file, ...(since !== undefined && { delta: since.file }) });
    database = next;
  }
});

function clientOptions(): RegistryClientOptions {
  const { log } = listeningLog();
  return { dialer: startDialer(), credentials: noCredentials, log, registryLimits: quickLimits };
}

function push(registry: FakeRegistry, files: readonly string[], more: Partial<PushOptions> = {}) {
  const reference = parseImageReference(`${registry.host}/db/advisories:1`);
  return pushAdvisories({ reference, files, registry: clientOptions(), ...more });
}

function pull(registry: FakeRegistry, target: string, more: Partial<PullOptions> = {}) {
  const reference = parseImageReference(`${registry.host}/db/advisories:1`);
  const trust = { keys: [signer.trusted] };
  return pullAdvisories({ reference, path: target, trust, now: day(4), registry: clientOptions(), ...more });
}

function newTarget(): string {
  return path.join(temporaryFolder(), 'cache', 'advisories.db');
}

function beside(file: string): string[] {
  return readdirSync(path.dirname(file)).filter((name) => name !== path.basename(file));
}

/** `fetched` is where a process that ended would have left what it had of the blob. */
async function interruptedPull() {
  const registry = await startRegistry();
  await push(registry, [days[0]!.whole]);
  const target = newTarget();
  mkdirSync(path.dirname(target));
  const blob = bytesOf(days[0]!.whole);
  const [digest] = [...registry.blobs.keys()].filter((one) => registry.blobs.get(one)!.length === blob.length);
  return { registry, target, blob, fetched: `${target}.pulling-99999999-${digest!.slice(7, 23)}` };
}

describe('a database in a registry', () => {
  it('is pushed as an artefact of one layer, and pulled', async () => {
    const registry = await startRegistry();
    const { sent, deltas } = await push(registry, [days[0]!.whole]);
    expect([sent, deltas]).toEqual([bytesOf(days[0]!.whole).length + 2, 0]);
    const manifest = JSON.parse(Buffer.from(registry.manifests.get('1')!.bytes).toString());
    expect(manifest).toMatchObject({
      artifactType: ociTypes.artefact,
      config: { mediaType: ociTypes.empty, size: 2 },
      layers: [{ mediaType: ociTypes.whole, size: bytesOf(days[0]!.whole).length }],
    });
    const target = newTarget();
    const summary = await pull(registry, target);
    expect(summary).toMatchObject({ status: 'installed', deltas: 0, key: signer.trusted.id });
    expect(summary.received).toBe(bytesOf(days[0]!.whole).length);
    expect(await recordsOf(target)).toEqual(await recordsOf(days[0]!.database));
    expect(beside(target)).toEqual([]);
  });

  it('is not sent again, and not fetched again, while it is the same', async () => {
    const registry = await startRegistry();
    await push(registry, [days[0]!.whole]);
    expect((await push(registry, [days[0]!.whole])).sent).toBe(0);
    const target = newTarget();
    await pull(registry, target);
    registry.asked.length = 0;
    expect(await pull(registry, target)).toMatchObject({ status: 'unchanged', deltas: 0 });
    expect(registry.asked.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  it('comes as deltas where they lead from the database in use, one after the other', async () => {
    const registry = await startRegistry();
    await push(registry, [days[0]!.whole]);
    const target = newTarget();
    await pull(registry, target);
    await push(registry, [days[1]!.whole, days[1]!.delta!]);
    // The delta of the day before stays.
    expect((await push(registry, [days[2]!.delta!, days[2]!.whole])).deltas).toBe(2);
    const summary = await pull(registry, target);
    expect(summary).toMatchObject({ status: 'installed', deltas: 2, manifest: { kind: 'whole' } });
    expect(await recordsOf(target)).toEqual(await recordsOf(days[2]!.database));
    expect(await pull(registry, target)).toMatchObject({ status: 'unchanged' });
    expect(beside(target)).toEqual([]);
  });

  it('takes deltas on the way that have expired, and none that it leads to', async () => {
    const registry = await startRegistry();
    const late = { now: day(16) };
    await push(registry, [days[0]!.whole]);
    const target = newTarget();
    await pull(registry, target);
    await push(registry, [days[1]!.whole, days[1]!.delta!]);
    await push(registry, [days[2]!.whole, days[2]!.delta!]);
    // Day 2 ends on day 16, day 3 on day 17.
    expect(await pull(registry, target, late)).toMatchObject({ deltas: 2 });
    await expect(pull(registry, newTarget(), { now: day(17) })).rejects.toThrow(/was to be believed until/);
  });

  it('is pushed with a delta that changes nothing, which is left out', async () => {
    const registry = await startRegistry();
    const same = await exportTo(days[0]!.database, signer, { since: days[0]!.database });
    expect((await push(registry, [days[0]!.whole, same.file])).deltas).toBe(0);
    expect(registry.blobs.size).toBe(2);
  });

  it('comes whole where the database in use was updated from feeds', async () => {
    const registry = await startRegistry();
    const target = newTarget();
    await install(days[1]!.whole, target, signer);
    await fillDatabase(target, manyAdvisories(310), day(3));
    await push(registry, [days[2]!.whole, days[2]!.delta!]);
    expect(await pull(registry, target)).toMatchObject({ status: 'installed', deltas: 0 });
    expect(await recordsOf(target)).toEqual(await recordsOf(days[2]!.database));
  });

  it('comes whole where a delta is wrong', async () => {
    const registry = await startRegistry();
    const target = newTarget();
    await install(days[1]!.whole, target, signer);
    await push(registry, [days[2]!.whole, days[2]!.delta!]);
    const manifest = JSON.parse(Buffer.from(registry.manifests.get('1')!.bytes).toString());
    const { digest } = manifest.layers[1];
    const spoilt = Buffer.from(registry.blobs.get(digest)!);
    spoilt[spoilt.length - 1]! ^= 1;
    registry.blobs.set(digest, spoilt);
    const reasons: string[] = [];
    expect(await pull(registry, target, { onFallback: (reason) => reasons.push(reason) })).toMatchObject({ deltas: 0 });
    expect(reasons).toEqual([expect.stringMatching(/the registry gave something else than what its digest says/)]);
    expect(await recordsOf(target)).toEqual(await recordsOf(days[2]!.database));
  });

  it('goes on where the connection broke', async () => {
    const blob = bytesOf(days[0]!.whole);
    let cuts = 0;
    const fault: Fault = (request, response) => {
      if (!/\/blobs\/sha256/.test(request.url!) || request.method !== 'GET' || cuts >= 3) return false;
      cuts++;
      cutBlob(request, response, blob, 500);
      return true;
    };
    const registry = await startRegistry({ fault });
    await push(registry, [days[0]!.whole]);
    const target = newTarget();
    await pull(registry, target);
    const ranges = registry.asked.flatMap(({ range }) => range ?? []);
    expect(ranges.length).toBeGreaterThan(1);
    expect(await recordsOf(target)).toHaveLength(301);
  });

  it('goes on with what an earlier process fetched', async () => {
    const { registry, target, blob, fetched } = await interruptedPull();
    writeFileSync(fetched, blob.subarray(0, 2000));
    writeFileSync(`${target}.pulling-99999998-${'0'.repeat(16)}`, 'of another one');
    const { received } = await pull(registry, target);
    expect(received).toBe(blob.length - 2000);
    expect(registry.asked.map(({ range }) => range)).toContain('bytes=2000-');
    expect(beside(target)).toEqual([]);
  });

  it('fetches it anew after what an earlier process fetched was wrong', async () => {
    const { registry, target, blob, fetched } = await interruptedPull();
    const wrong = Buffer.concat([blob.subarray(0, 2000), Buffer.from('wrong')]);
    writeFileSync(fetched, wrong);
    await expect(pull(registry, target)).rejects.toThrow(/something else than what its digest says/);
    expect(await pull(registry, target)).toMatchObject({ status: 'installed' });
  });

  it('keeps what came when the registry is gone, and the database in use', async () => {
    const blob = bytesOf(days[1]!.whole);
    const fault: Fault = (request, response) => {
      if (!/\/blobs\/sha256/.test(request.url!) || request.method !== 'GET') return false;
      if (request.headers.range !== undefined) refuse(response, 503, 'UNAVAILABLE');
      else cutBlob(request, response, blob, 3000);
      return true;
    };
    const registry = await startRegistry({ fault });
    await push(registry, [days[1]!.whole]);
    const target = newTarget();
    await install(days[0]!.whole, target, signer);
    await expect(pull(registry, target)).rejects.toThrow(expect.objectContaining({ code: 'feed.unreachable' }));
    expect(await recordsOf(target)).toHaveLength(301);
    expect(beside(target)).toEqual([expect.stringMatching(/^advisories\.db\.pulling-\d+-[0-9a-f]{16}$/)]);
  });

  it('fetches no more of what is not to be believed than what says so', async () => {
    const registry = await startRegistry();
    const big = await exportTo(await makeDatabase(20_000), makeSigner());
    await push(registry, [big.file]);
    const target = newTarget();
    await expect(pull(registry, target)).rejects.toThrow(
      new RegExp(`^${registry.host}/db/advisories:1 was refused: its signature is of none of the keys`),
    );
    expect(existsSync(target)).toBe(false);
    expect(registry.asked.filter(({ range }) => range !== undefined)).toEqual([]);
    expect(beside(target)).toEqual([]);
  });

  it.each<[string, (registry: FakeRegistry) => unknown, RegExp, string]>([
    ['nothing there', () => {}, /does not have the manifest 1 of db\/advisories/, 'feed.unreachable'],
    [
      'an image',
      (registry) => registry.push({ layers: [Buffer.alloc(1024)] }, '1'),
      /it is an image or something else, and no advisory database/,
      'advisories.refused',
    ],
    [
      'a layer that is no artefact',
      async (registry) => {
        await push(registry, [days[0]!.whole]);
        spoilLayer(registry, Buffer.alloc(bytesOf(days[0]!.whole).length, 'x'));
      },
      /it is no advisory database of Drydock/,
      'advisories.refused',
    ],
    [
      'a layer that is shorter than its manifest says',
      async (registry) => {
        await push(registry, [days[0]!.whole]);
        spoilLayer(registry, bytesOf(days[0]!.whole).subarray(0, -5));
      },
      /was refused: .*(?:ends in the middle|digest)/,
      'advisories.refused',
    ],
  ])('is refused with words where there is %s', async (_, prepare, words, code) => {
    const registry = await startRegistry();
    await prepare(registry);
    const target = newTarget();
    const attempt = pull(registry, target);
    await expect(attempt).rejects.toThrow(words);
    await expect(attempt).rejects.toThrow(expect.objectContaining({ code }));
    expect(existsSync(target)).toBe(false);
  });

  function spoilLayer(registry: FakeRegistry, bytes: Uint8Array): void {
    const manifest = JSON.parse(Buffer.from(registry.manifests.get('1')!.bytes).toString());
    registry.blobs.set(manifest.layers[0].digest, bytes);
  }

  it.each<[string, () => Promise<readonly string[]> | readonly string[], RegExp]>([
    ['no whole database', () => [days[1]!.delta!], /One of the files has to be a whole database/],
    ['two of them', () => [days[0]!.whole, days[1]!.whole], /One of the files has to be a whole database/],
    ['a delta that leads elsewhere', () => [days[2]!.whole, days[1]!.delta!], /is a delta that does not lead to/],
    ['something else', () => [writeTemporary('x', 'x'.repeat(99))], /x was refused: it is no advisory database/],
    [
      'what nobody signed',
      async () => [(await exportTo(days[0]!.database, undefined)).file],
      /\(--allow-unsigned\)\.$/,
    ],
  ])('is not pushed from %s', async (_, files, words) => {
    const registry = await startRegistry();
    await expect(push(registry, await files())).rejects.toThrow(words);
    expect(registry.blobs.size).toBe(0);
  });

  it('is pushed again after a registry was busy', async () => {
    let busy = 2;
    const fault: Fault = (request, response) => {
      if (request.method !== 'PUT' || busy-- <= 0) return false;
      request.resume().on('end', () => refuse(response, 503, 'UNAVAILABLE'));
      return true;
    };
    const registry = await startRegistry({ fault });
    await push(registry, [days[0]!.whole]);
    expect(await pull(registry, newTarget())).toMatchObject({ status: 'installed' });
  });

  it('is not sent on to where anybody could read it', async () => {
    const fault: Fault = (request, response) => {
      if (request.method !== 'POST') return false;
      response.writeHead(202, { location: 'http://elsewhere.example/upload' }).end();
      return true;
    };
    const registry = await startRegistry({ fault });
    await expect(push(registry, [days[0]!.whole])).rejects.toThrow(
      /go on at http:\/\/elsewhere\.example, which anybody/,
    );
  });

  it('asks for leave to write with a token for that', async () => {
    const scopes: string[] = [];
    const fault: Fault = (request, response) => {
      const url = new URL(request.url!, 'http://x');
      if (url.pathname === '/token') {
        scopes.push(url.searchParams.get('scope')!);
        response.end(JSON.stringify({ token: 'abc' }));
        return true;
      }
      if (request.headers.authorization === 'Bearer abc') return false;
      const realm = `Bearer realm="http://${request.headers.host}/token",service="s"`;
      refuse(response, 401, 'UNAUTHORIZED', { 'www-authenticate': realm });
      return true;
    };
    const registry = await startRegistry({ fault });
    await push(registry, [days[0]!.whole]);
    expect(new Set(scopes)).toEqual(new Set(['repository:db/advisories:pull', 'repository:db/advisories:pull,push']));
  });
});

describe('chainOf', () => {
  const delta = (base: string, content: string) => ({ base, content, digest: 'd', size: 1, version: 1 });

  it.each<[string, [string, string][], string[] | undefined]>([
    ['nothing to do', [], []],
    ['one', [['a', 'z']], ['z']],
    [
      'two in any order',
      [
        ['m', 'z'],
        ['a', 'm'],
      ],
      ['m', 'z'],
    ],
    ['a gap', [['b', 'z']], undefined],
    [
      'a circle',
      [
        ['y', 'z'],
        ['z', 'y'],
      ],
      undefined,
    ],
  ])('%s', (title, pairs, expected) => {
    const to = title === 'nothing to do' ? 'a' : 'z';
    const chain = chainOf(
      pairs.map(([base, content]) => delta(base, content)),
      'a',
      to,
    );
    expect(chain?.map(({ content }) => content)).toEqual(expected);
  });
});
