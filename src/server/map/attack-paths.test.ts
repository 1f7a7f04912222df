import { describe, expect, test } from 'vitest';
import { openTestMap, query, type SmallHost, smallKnowledge, smallReport } from '../../../test/support/small-map.ts';
import type { AttackPaths } from './details-schema.ts';

const knowledge = smallKnowledge({
  'web:1': { '/bin/web': ['nginx', 'high', 'CVE-WEB'], '/bin/never': ['perl', 'critical', 'CVE-UNUSED'] },
  'api:1': { '/bin/api': ['flask', 'critical', 'CVE-API'] },
  'db:1': { '/bin/other': ['perl', 'critical', 'CVE-DB'] },
});

async function pathsOf(host: SmallHost): Promise<AttackPaths> {
  const map = openTestMap({ knowledge });
  map.take(smallReport(host), 'a');
  // Knowledge comes when it was asked for.
  await map.paths(undefined);
  await map.snapshot(query(), undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const paths = await map.paths(undefined);
  await map.stop();
  return paths;
}

const published = (port: number, address = '0.0.0.0') => ({
  ports: [{ protocol: 'tcp' as const, port, published: { address, port: 8080 } }],
});
const web = { name: 'web', image: 'web:1', listens: [80] };
const api = { name: 'api', image: 'api:1', listens: [9000] };
const db = { name: 'db', image: 'db:1', listens: [5432] };

describe('attack paths', () => {
  test('go from a published port through process and package to the vulnerability, and onwards', async () => {
    const { paths } = await pathsOf({
      id: 'a',
      containers: [{ ...web, facts: published(80) }, api, db],
      calls: [
        { from: '8.8.8.8', to: 'web', port: 80 },
        { from: 'web', to: 'api', port: 9000 },
        { from: 'api', to: 'db', port: 5432 },
        { from: 'db', to: 'web', port: 80 },
      ],
    });
    expect(paths).toHaveLength(1);
    const [path] = paths;
    expect(path).toMatchObject({ severity: 'high', behind: 'critical', entry: 'internet', reaches: 2 });
    expect(path!.steps.map(({ kind, label }) => [kind, label])).toEqual([
      ['entry', 'tcp 80'],
      ['container', 'web'],
      ['process', 'web'],
      ['package', 'nginx 1'],
      ['vulnerability', 'CVE-WEB'],
      ['hop', 'api'],
      ['hop', 'db'],
    ]);
    expect(path!.steps[5]).toMatchObject({
      severity: 'critical',
      from: 4,
      evidence: expect.stringContaining('CVE-API in flask'),
    });
    expect(path!.steps[6]).toMatchObject({
      from: 5,
      evidence: expect.stringContaining('no vulnerability of what listens there'),
    });
    for (const { evidence } of path!.steps) expect(evidence).not.toBe('');
  });

  test.each([
    ['nothing is published', { containers: [web] }, 0, 0],
    ['it is published on this machine alone', { containers: [{ ...web, facts: published(80, '127.0.0.1') }] }, 0, 0],
    ['what listens has no vulnerability', { containers: [{ ...db, facts: published(5432) }] }, 0, 0],
    [
      'its software is not known',
      { containers: [{ name: 'x', image: 'x:1', listens: [1], facts: published(1) }] },
      0,
      1,
    ],
    ['it is not running', { containers: [{ ...web, facts: { ...published(80), state: 'exited' as const } }] }, 0, 0],
    ['it has the network of the host', { containers: [{ ...web, facts: { powers: ['host-network'] } }] }, 1, 0],
    ['it is published', { containers: [{ ...web, facts: published(80) }] }, 1, 0],
  ])('where %s', async (_, host, count, unknown) => {
    const found = await pathsOf({ id: 'a', ...host });
    expect([found.paths.length, found.unknown]).toEqual([count, unknown]);
  });

  test('do not go on from where nothing is vulnerable', async () => {
    const { paths } = await pathsOf({
      id: 'a',
      containers: [{ ...web, facts: published(80) }, db, api],
      calls: [
        { from: 'web', to: 'db', port: 5432 },
        { from: 'db', to: 'api', port: 9000 },
      ],
    });
    expect(paths[0]!.reaches).toBe(1);
  });

  test('come in the order of their gravity', async () => {
    const { paths } = await pathsOf({
      id: 'a',
      containers: [
        { ...web, facts: published(80) },
        { ...api, facts: published(9000) },
      ],
    });
    expect(paths.map(({ severity }) => severity)).toEqual(['critical', 'high']);
  });
});
