import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeEngine, inspectAnswer, startFakeEngine } from '../../../test/support/fake-engine.ts';
import { dockerArchive, layer, sha256 } from '../../../test/support/image.ts';
import { type RunResult, runDrydock } from '../../../test/support/run.ts';
import { hasShared, readShared } from '../../../test/support/shared.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { startV1Service, type V1Service } from '../../../test/support/v1-service.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { openStore } from '../../store/open.ts';

/** A run of the original, as it was recorded. */
interface RecordedRun {
  readonly id: string;
  readonly title: string;
  readonly args: readonly string[];
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RecordedCase {
  readonly id: string;
  readonly request: { readonly body?: string };
  readonly response: {
    readonly json?: {
      readonly Layer?: { readonly Features?: readonly { readonly Name: string; readonly Version: string }[] };
    };
  };
}

const lines = <T>(name: string): readonly T[] =>
  hasShared
    ? readShared(`clair/golden/${name}`)
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as T)
    : [];

const runs = lines<RecordedRun>('analyze-local-images/runs.ndjson');
const cases = new Map(lines<RecordedCase>('cases.ndjson').map((one) => [one.id, one]));

/** Of the root file system that was recorded only its list of packages counts. */
const packages = cases.get('280')?.response.json?.Layer?.Features ?? [];
const status = packages.map(
  ({ Name, Version }) => `Package: ${Name}\nStatus: install ok installed\nVersion: ${Version}\n\n`,
);
const trixie = layer([
  { path: 'usr/lib/os-release', content: 'ID=debian\nVERSION_ID="13"\n' },
  { path: 'var/lib/dpkg/status', content: status.join('') },
]);
const more = layer([{ path: 'srv/note', content: 'of no interest' }]);
const blank = layer([{ path: 'srv/blank', content: '' }]);

const images: Readonly<Record<string, readonly Buffer[]>> = {
  'debian:trixie': [trixie],
  't1:latest': [trixie, more],
  'alitest:nofeat': [blank],
};

const hex = (bytes: Uint8Array): string => sha256(bytes).slice('sha256:'.length);

/** The recorder gave layers the ids that later versions of Docker name them by. */
const names = new Map([
  ['b720404985fc4e2049f9516cad86fc311fbac2cdd7f6b6699eb51a9e20e6d8f4', hex(trixie)],
  ['df033a7e4db7448a22e550c6cbb55802e8ebe1ae7a57167ebf4533eb93e5e6ce', hex(more)],
  ['4185a9ebc8489b69c852c5bc71037ce243f133f44d0b7012b9e2aaea9ea40e66', hex(blank)],
]);

/** As Docker before 25 names the members, with the ids of the recorder; or as later ones do. */
function archive(name: string, layout: 'legacy' | 'blobs'): Buffer {
  const layers = images[name] ?? [];
  if (layout === 'blobs') return dockerArchive({ layers, layout, repoTags: [name] });
  return dockerArchive({
    layers: [],
    repoTags: [name],
    edit: (files) => {
      const Layers = layers.map((bytes) => `${hex(bytes)}/layer.tar`);
      for (const [i, bytes] of layers.entries()) files.set(Layers[i] as string, bytes);
      files.set('manifest.json', Buffer.from(JSON.stringify([{ Config: 'c.json', RepoTags: [name], Layers }])));
    },
  });
}

async function engineWith(layout: 'legacy' | 'blobs'): Promise<FakeEngine> {
  const config = Buffer.from('{"rootfs":{"diff_ids":[]}}');
  const answers = Object.keys(images).flatMap((name) => [
    [`/images/${name}/json`, { json: inspectAnswer(`sha256:${'0'.repeat(64)}`, config, [name]) }] as const,
    [`/images/${name}/get`, { body: archive(name, layout) }] as const,
  ]);
  const missing = { status: 404, json: { message: 'reference does not exist' } };
  return await startFakeEngine({ answers: { ...Object.fromEntries(answers), '/images/nosuch:image/get': missing } });
}

/** What the server knows of: nothing in run 01, all but the most severe in run 17. */
function posted(run: string): readonly string[] {
  const bodies = ['500', '501', '502', '503', '504', '505', '506', '507'].map(
    (id) => cases.get(id)?.request.body ?? '',
  );
  if (run === '01') return [];
  return run === '17' ? bodies.filter((body) => !body.includes('CVE-2099-0005')) : bodies;
}

/** A v1 server, and the folder below which it takes layers. */
interface Server extends V1Service {
  readonly folder: string;
}

async function startServer(vulnerabilities: readonly string[]): Promise<Server> {
  const folder = temporaryFolder();
  const store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
  const service = await startV1Service({ store, roots: [folder], hosts: ['127.0.0.1:9279'] });
  for (const body of vulnerabilities) {
    const url = `http://${service.host}/v1/namespaces/debian:13/vulnerabilities`;
    expect((await fetch(url, { method: 'POST', body })).status).toBe(201);
  }
  return {
    ...service,
    folder,
    async close() {
      await service.close();
      await store.close();
    },
  };
}

/** Entries of one severity came in any order. */
function sorted(report: string): readonly string[] {
  const severity = (text: string): string => /\((?:\u001b\[\d+m)?(\w+)/.exec(text)?.[1] ?? '';
  const [title = '', ...entries] = report.split(/(?<=\n)(?=CVE-)/);
  const groups = Map.groupBy(entries, severity);
  return [title, ...[...groups.values()].flatMap((group) => group.toSorted())];
}

const plain = (text: string): string =>
  text
    .replaceAll(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d /gm, '{logtime} ')
    .replaceAll(/\(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} \+0000 UTC\)/g, '({time})');

describe.skipIf(!hasShared)('recorded runs', () => {
  let engines: { readonly legacy: FakeEngine; readonly blobs: FakeEngine };
  beforeAll(async () => {
    engines = { legacy: await engineWith('legacy'), blobs: await engineWith('blobs') };
  });
  afterAll(async () => {
    await Promise.all([engines.legacy.close(), engines.blobs.close()]);
  });

  async function replay(run: RecordedRun, { host, folder }: Server): Promise<RunResult> {
    // An address of this machine that is not written as one of its own.
    const remote = host.replace('127.0.0.1', '[::ffff:127.0.0.1]');
    const args = run.args.map((word) =>
      word.replace('{server}', host).replace('{remoteserver}', remote).replace('{remotehost}', '127.0.0.1'),
    );
    const { environment } = engines[run.id === '00' ? 'blobs' : 'legacy'];
    return await runDrydock(['analyze-local-images', ...args], { environment: { ...environment, TMPDIR: folder } });
  }

  it.each(runs.map((run) => [`${run.id}: ${run.title}`, run] as const))('%s', async (_, recorded) => {
    const run =
      recorded.id === '00' ? { ...runs.find(({ id }) => id === '02')!, id: '00', args: recorded.args } : recorded;
    const server = await startServer(posted(run.id));
    try {
      const { status, stdout, stderr } = await replay(run, server);
      let [expectedOut, expectedErr] = [run.stdout, run.stderr];
      for (const [before, now] of names) {
        expectedOut = expectedOut.replaceAll(before, now);
        expectedErr = expectedErr.replaceAll(before, now);
      }
      expectedErr = expectedErr
        .replaceAll('{program}', 'drydock analyze-local-images')
        .replaceAll('{remotehost}', '::ffff:7f00:1');
      expect({ status, stdout: sorted(plain(stdout)), stderr: plain(stderr) }).toEqual({
        status: run.exitCode,
        stdout: sorted(expectedOut),
        stderr: expectedErr,
      });
      expect(readdirSync(server.folder)).toEqual([]);
    } finally {
      await server.close();
    }
  });
});
