import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { give } from '../../../test/support/api-service.ts';
import { dockerArchive } from '../../../test/support/image.ts';
import { debianLayer } from '../../../test/support/root-file-systems.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { smallReport } from '../../../test/support/small-map.ts';
import { temporaryFolder, writeTemporary } from '../../../test/support/temporary.ts';
import { makeAdvisory } from '../../../test/support/view.ts';
import { ecosystems } from '../../ecosystems/index.ts';
import { DrydockError } from '../../errors.ts';
import { scannedImage } from '../../jobs/scanned-image.ts';
import type { Advisory } from '../../model/advisory.ts';
import type { Observation } from '../../model/observation.ts';
import type { Report } from '../../model/report.ts';
import type { ImageKnowledge } from '../../model/topology.ts';
import { writePrograms } from '../../runtime/topology/image-programs.ts';
import { openStore } from '../../store/open.ts';
import type { Store } from '../../store/store.ts';
import { systemClock } from '../clock.ts';
import { createServiceLog } from '../service-log.ts';
import { HostState } from './host-state.ts';
import { Knowledge } from './knowledge.ts';
import { StoredKnowledge } from './stored-knowledge.ts';

const LIBRARY = '/usr/lib/x86_64-linux-gnu/libssl.so.3';
const archive = writeTemporary('stored.tar', dockerArchive({ layers: [debianLayer()], platform: 'linux/amd64' }));

interface Scanned {
  readonly report: Report;
  readonly programs: Uint8Array;
}

let scanned: Promise<Scanned> | undefined;

/** Once for all tests. */
function scan(): Promise<Scanned> {
  scanned ??= (async () => {
    let programs: Uint8Array | undefined;
    const report = await scanOne(archive, {
      onView: (view) => {
        programs = writePrograms(view);
      },
    });
    return { report, programs: programs! };
  })();
  return scanned;
}

/** A run that used so many packages. */
function withRun(report: Report, ...used: readonly string[]): Report {
  const packagesInUse = report.packages
    .filter(({ name }) => used.includes(name))
    .map(({ name, version, purl }) => ({
      name,
      version,
      purl,
      use: 'opened',
      files: ['/a', '/b', '/c', '/d'],
      count: 4,
    }));
  const observation = { packagesInUse, coverage: { tracer: 'strace' }, startedAt: '2026-06-01T00:00:00.000Z' };
  return { ...report, observation: observation as unknown as Observation };
}

describe('what is stored of images that run', () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function open(records?: Readonly<Record<string, readonly Advisory[]>>) {
    const store = await openStore({ ecosystems, url: path.join(temporaryFolder(), 'store.db') });
    if (records !== undefined) await give(store, records);
    let asked = 0;
    const broken = { is: false };
    const counted = new Proxy(store.images, {
      get(target, key) {
        if (key === 'ofDigests' || key === 'document') asked++;
        if (key === 'ofDigests' && broken.is) throw new DrydockError('store.unavailable', 'gone');
        return Reflect.get(target, key);
      },
    });
    const knowledge = new StoredKnowledge({
      store: { images: counted, fleet: store.fleet, advisories: store.advisories, values: store.values },
      ...{ ecosystems, clock: systemClock, log: createServiceLog({ write: () => {}, level: 'error' }) },
    });
    knowledge.start();
    closing.push(async () => {
      await knowledge.stop();
      await store.close();
    });
    return { store, knowledge, questions: () => asked, broken };
  }

  async function keep(store: Store, reference: string, report: Report, programs?: Uint8Array): Promise<string> {
    const { id } = await store.images.submit(reference, new Date());
    await store.images.finish(id, scannedImage(report, new Date(), ecosystems, programs));
    return id;
  }

  const records = {
    'debian-tracker': [
      makeAdvisory('CVE-1', [{ package: 'openssl', ranges: [{ fixed: '9:99' }] }]),
      makeAdvisory('CVE-2', [{ package: 'bash', ranges: [{ fixed: '9:99' }] }]),
    ],
  };
  const namesOf = ({ packages }: ImageKnowledge) => packages.map(({ name }) => name).sort();
  const inUse = (knowledge: ImageKnowledge, file: string) =>
    knowledge.packagesOf(file).map((index) => knowledge.packages[index]!.name);

  it('is found by the id that engines give, by the manifest, and by the digest in the name, with and without prefix', async () => {
    const { report, programs } = await scan();
    const { store, knowledge } = await open(records);
    const page = await keep(
      store,
      'a:1',
      { ...report, image: { ...report.image, digest: `sha256:${'d'.repeat(64)}` } },
      programs,
    );
    const id = report.image.id!;
    const images = [
      { id, reference: 'a:1' },
      { id: id.replace('sha256:', ''), reference: 'other' },
      { id: `sha256:${'e'.repeat(64)}`, reference: `a@sha256:${'d'.repeat(64)}` },
      // Of an engine that calls it by the digest of an index, which nobody has scanned.
      { id: `sha256:${'e'.repeat(64)}`, reference: 'a:1', manifest: `sha256:${'d'.repeat(64)}` },
    ];
    for (const image of images) {
      const known = await knowledge.of(image);
      expect([known.state, known.page, namesOf(known), known.run]).toEqual([
        'known',
        page,
        ['bash', 'libssl3'],
        undefined,
      ]);
      expect(inUse(known, LIBRARY)).toEqual(['libssl3']);
    }
    for (const image of [
      { id: '', reference: 'a:1' },
      { id: `sha256:${'e'.repeat(64)}`, reference: 'a:1' },
      { id: '; DROP', reference: '' },
      { id: `sha256:${'e'.repeat(64)}`, reference: 'a:1', manifest: '; DROP' },
    ]) {
      expect((await knowledge.of(image)).state).toBe('unknown');
    }
  });

  it('says so where it cannot tell whose files are, and where the service has no advisories', async () => {
    const { report } = await scan();
    const image = { id: report.image.id!, reference: 'a:1' };
    const withAdvisories = await open(records);
    await keep(withAdvisories.store, 'a:1', report);
    const known = await withAdvisories.knowledge.of(image);
    expect([known.state, known.withoutFiles, inUse(known, LIBRARY)]).toEqual(['known', true, []]);
    const without = await open();
    const page = await keep(without.store, 'a:1', report);
    const unknown = await without.knowledge.of(image);
    expect([unknown.state, unknown.page, unknown.reason]).toEqual([
      'unknown',
      page,
      'The service has no advisories yet.',
    ]);
  });

  it('says so where not all of an image was read, and takes the last scan that read all of it', async () => {
    const { report, programs } = await scan();
    const image = { id: report.image.id!, reference: 'a:1' };
    const { store, knowledge } = await open(records);
    const half: Report = {
      ...report,
      packages: [],
      problems: [{ code: 'layer.damaged', message: 'The second layer ends early.' }],
      coverage: { ...report.coverage, complete: false },
    };
    await keep(store, 'a:1', half, programs);
    const told = 'Its scan is not complete: The second layer ends early.';
    await expect.poll(async () => (await knowledge.of(image)).incomplete).toBe(told);
    const source = new Knowledge(knowledge);
    const host = new HostState('a');
    host.take(smallReport({ id: 'a', containers: [{ name: 'x', facts: { image } }] }), 0);
    const [container] = host.containers.values();
    await expect.poll(() => source.judge(container!, [], 0).isUseUnknown).toBe(true);

    const page = await keep(store, 'a:1', report, programs);
    await keep(store, 'a:1', half, programs);
    await expect.poll(async () => (await knowledge.of(image)).page).toBe(page);
    expect((await knowledge.of(image)).incomplete).toBeUndefined();
  });

  it('says so where the database does not answer, and looks again; a removed image is none', async () => {
    const { report, programs } = await scan();
    const image = { id: report.image.id!, reference: 'a:1' };
    const { store, knowledge, broken } = await open(records);
    const page = await keep(store, 'a:1', report, programs);
    broken.is = true;
    const unseen = await knowledge.of(image);
    expect([unseen.state, unseen.reason]).toEqual(['failed', expect.stringContaining('database does not answer')]);
    broken.is = false;
    await expect.poll(async () => (await knowledge.of(image)).page).toBe(page);
    await store.images.remove(page);
    await expect.poll(async () => (await knowledge.of(image)).state).toBe('unknown');
  });

  it('follows scans, runs and advisories, and is asked of the store by nobody who looks', async () => {
    const { report, programs } = await scan();
    const { store, knowledge, questions } = await open(records);
    const image = { id: report.image.id!, reference: 'a:1' };
    expect((await knowledge.of(image)).reason).toBe('The service has no scan of this image.');
    const before = knowledge.revision;
    const page = await keep(store, 'a:1', report, programs);
    await expect.poll(async () => (await knowledge.of(image)).page).toBe(page);
    expect(knowledge.revision).toBeGreaterThan(before);

    const run = await keep(store, 'observe:a:1', withRun(report, 'bash'), programs);
    await expect.poll(async () => (await knowledge.of(image)).run?.page).toBe(run);
    const watched = await knowledge.of(image);
    expect(watched.page).toBe(page);
    expect(watched.packages.map(({ name, observed }) => [name, observed?.use, observed?.files.length]).sort()).toEqual([
      ['bash', 'opened', 3],
      ['libssl3', undefined, undefined],
    ]);

    const [asked, { revision }] = [questions(), knowledge];
    for (let looks = 0; looks < 500; looks++) expect(await knowledge.of(image)).toBe(watched);
    await systemClock.sleep(1500, new AbortController().signal);
    expect(await knowledge.of(image)).toBe(watched);
    expect([questions(), knowledge.revision]).toEqual([asked, revision]);

    await give(store, {
      'debian-tracker': [makeAdvisory('CVE-3', [{ package: 'zlib', ranges: [{ fixed: '9:99' }] }])],
    });
    await expect.poll(async () => namesOf(await knowledge.of(image))).toContain('zlib1g');
  });
});
