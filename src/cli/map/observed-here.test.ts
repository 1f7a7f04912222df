import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { makeReport } from '../../../test/support/report.ts';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import type { Observation } from '../../model/observation.ts';
import type { Report } from '../../model/report.ts';
import type { ImageKnowledge } from '../../model/topology.ts';
import { unknownImage } from '../../runtime/topology/image-knowledge.ts';
import { keepRun, ObservedHere } from './observed-here.ts';

const id = `sha256:${'a'.repeat(64)}`;
const known: ImageKnowledge = {
  state: 'known',
  packages: ['a', 'b'].map((name) => ({
    ...{ name, version: '1', purl: `pkg:deb/${name}@1` },
    vulnerabilities: [{ id: `CVE-${name}`, severity: 'high' }],
  })),
  packagesOf: () => [],
  hasFile: () => false,
};

function reportOf(image: string | undefined, startedAt: string, ...used: readonly string[]): Report {
  const packagesInUse = used.map((name) => ({
    ...{
      name,
      version: '1',
      purl: `pkg:deb/${name}@1`,
      use: 'loaded' as const,
      files: ['/1', '/2', '/3', '/4'],
      count: 4,
    },
  }));
  const report = makeReport();
  const { id: _, ...rest } = report.image;
  return {
    ...report,
    image: { ...rest, ...(image !== undefined && { id: image }) },
    observation: { startedAt, packagesInUse } as unknown as Observation,
  };
}

describe('what was observed on this machine', () => {
  const opened: ObservedHere[] = [];
  afterEach(() => {
    for (const one of opened.splice(0)) one.stop();
  });
  const open = (folder: string, knowledge: ImageKnowledge = known): ObservedHere => {
    const observed = new ObservedHere({ of: () => Promise.resolve(knowledge) }, folder);
    opened.push(observed);
    return observed;
  };
  const used = ({ packages }: ImageKnowledge) => packages.flatMap(({ name, observed }) => (observed ? [name] : []));

  it('marks what a run used, by the id of the image, and follows the last run', async () => {
    const folder = path.join(temporaryFolder(), 'runs');
    const source = open(folder);
    expect(await source.of({ id, reference: 'x' })).toBe(known);
    await keepRun(folder, reportOf(id, '2026-01-01T00:00:00.000Z', 'a', 'other'));
    const first = await source.of({ id: id.slice('sha256:'.length), reference: 'x' });
    expect([used(first), first.run]).toEqual([['a'], { at: '2026-01-01T00:00:00.000Z' }]);
    expect(first.packages[0]?.observed).toEqual({ use: 'loaded', files: ['/1', '/2', '/3'] });
    expect(await source.of({ id: id.slice('sha256:'.length), reference: 'x' })).toBe(first);
    expect(await source.of({ id: `sha256:${'b'.repeat(64)}`, reference: 'x' })).toBe(known);
    await keepRun(folder, reportOf(id, '2026-01-02T00:00:00.000Z', 'b'));
    expect(used(await source.of({ id, reference: 'x' }))).toEqual(['b']);
  });

  it('tells that there is more', async () => {
    const folder = path.join(temporaryFolder(), 'runs');
    const source = open(folder);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    const { revision } = source;
    await keepRun(folder, reportOf(id, '2026-01-01T00:00:00.000Z', 'a'));
    await expect.poll(() => source.revision).toBeGreaterThan(revision);
  });

  it('is less than a later run that somebody else knows of, and says nothing of what is not known', async () => {
    const folder = path.join(temporaryFolder(), 'runs');
    await keepRun(folder, reportOf(id, '2026-01-01T00:00:00.000Z', 'a'));
    const later = { ...known, run: { at: '2026-01-02T00:00:00.000Z', page: 'x' } };
    const unknown = unknownImage('scanning');
    expect(await open(folder, later).of({ id, reference: 'x' })).toBe(later);
    expect(await open(folder, unknown).of({ id, reference: 'x' })).toBe(unknown);
  });

  it('keeps nothing of what no engine calls by a digest, and believes no file that is damaged', async () => {
    const folder = path.join(temporaryFolder(), 'runs');
    for (const image of [undefined, '', '../../etc/passwd', 'sha256:../x']) {
      await keepRun(folder, reportOf(image, '2026-01-01T00:00:00.000Z', 'a'));
    }
    mkdirSync(folder, { recursive: true });
    for (const text of [
      '',
      '{',
      'null',
      '{"schemaVersion":1,"at":"x","packages":[]}',
      '{"schemaVersion":1,"at":"2026-01-01","packages":{}}',
    ]) {
      writeFileSync(path.join(folder, `${'a'.repeat(64)}.json`), text);
      expect(await open(folder).of({ id, reference: 'x' })).toBe(known);
    }
  });
});
