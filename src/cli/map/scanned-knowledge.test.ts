import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary.ts';
import { silent } from '../../log.ts';
import type { KeptKnowledge } from '../../runtime/topology/image-knowledge.ts';
import { PathSet } from '../../runtime/topology/path-set.ts';
import { ScannedKnowledge, type ScannedKnowledgeOptions } from './scanned-knowledge.ts';

const image = { id: `sha256:${'a'.repeat(64)}`, reference: 'web:1' };

function kept(at: number): KeptKnowledge {
  return {
    schemaVersion: 1,
    at,
    packages: [
      {
        name: 'nginx',
        version: '1',
        purl: 'pkg:deb/debian/nginx@1',
        vulnerabilities: [{ id: 'CVE-1', severity: 'high' }],
      },
    ],
    paths: ['/usr/sbin/nginx'],
    owners: [[0]],
    files: PathSet.of(['/usr/sbin/nginx', '/etc/passwd']).toText(),
  };
}

function knowledgeIn(folder: string, more: Partial<ScannedKnowledgeOptions> = {}): ScannedKnowledge {
  return new ScannedKnowledge({ folder, log: silent, now: () => 1000, ...more });
}

async function settled(knowledge: ScannedKnowledge): Promise<void> {
  while (knowledge.waiting > 0) await sleep(5);
}

describe('what is known of images that run', () => {
  test('is scanned once, and still known to the next process', async () => {
    const folder = temporaryFolder();
    let scans = 0;
    const scan = async (): Promise<KeptKnowledge> => {
      scans++;
      await sleep(50);
      return kept(1000);
    };
    const knowledge = knowledgeIn(folder, { scan });
    const [first, second] = await Promise.all([knowledge.of(image), knowledge.of(image)]);
    expect([first.state, second.state]).toEqual(['scanning', 'scanning']);
    await settled(knowledge);

    const known = await knowledge.of(image);
    const again = await knowledgeIn(folder).of(image);

    expect(scans).toBe(1);
    for (const one of [known, again]) {
      expect(one.state).toBe('known');
      expect(one.packagesOf('/usr/sbin/nginx')).toEqual([0]);
      expect(one.packagesOf('/etc/passwd')).toEqual([]);
      expect([one.hasFile('/etc/passwd'), one.hasFile('/tmp/miner')]).toEqual([true, false]);
    }
  });

  test('is scanned again after a day, with what was known until then', async () => {
    const folder = temporaryFolder();
    let [now, scans] = [0, 0];
    const knowledge = knowledgeIn(folder, { now: () => now, scan: async () => kept(++scans) });
    await knowledge.of(image);
    await settled(knowledge);
    now = 25 * 3_600_000;

    expect((await knowledge.of(image)).state).toBe('known');
    await settled(knowledge);

    expect(scans).toBe(2);
  });

  test('says why an image could not be scanned, and tries no more than every ten minutes', async () => {
    let scans = 0;
    const knowledge = knowledgeIn(temporaryFolder(), {
      scan: async () => {
        scans++;
        throw new Error('its third layer is broken');
      },
    });
    await knowledge.of(image);
    await settled(knowledge);
    await knowledge.of(image);
    await settled(knowledge);

    expect(await knowledge.of(image)).toMatchObject({ state: 'failed', reason: 'its third layer is broken' });
    expect(scans).toBe(1);
  });

  test('is nothing where the file is damaged, or the id is none', async () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, `${'a'.repeat(64)}.json.gz`), 'nonsense');

    expect((await knowledgeIn(folder).of(image)).state).toBe('unknown');
    expect((await knowledgeIn(folder).of({ id: '../../etc/passwd', reference: 'x' })).state).toBe('unknown');
    expect(readdirSync(folder)).toHaveLength(1);
  });
});
