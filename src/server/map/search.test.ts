import { describe, expect, test } from 'vitest';
import { openTestMap, query, smallKnowledge, smallReport } from '../../../test/support/small-map.ts';

describe('a search', () => {
  const report = smallReport({
    id: 'a',
    containers: [
      {
        name: 'web-1',
        image: 'registry.example/nginx:1',
        listens: [443],
        facts: { labels: { tier: 'front', team: 'two words' } },
        process: { uid: 0 },
      },
      { name: 'web-2', image: 'registry.example/nginx:1', listens: [443], facts: { state: 'paused' } },
      {
        name: 'db',
        image: 'postgres:17',
        listens: [5432],
        process: { drift: 'memory', arguments: ['postgres', '-D', '/data'] },
      },
    ],
    calls: [{ from: 'web-1', to: 'db', port: 5432, facts: { open: 12 } }],
  });
  const [, , db] = report.changed.containers;
  const label = new Map<string, string>();

  test.each([
    ['web', ['web-1', 'web-2']],
    ['WEB image:nginx', ['web-1', 'web-2']],
    ['name:db', ['db']],
    ['image:postgres', ['db']],
    ['label.tier:front', ['web-1']],
    ['label:front', ['web-1']],
    ['label.tier:back', []],
    ['state:paused', ['web-2']],
    ['port:443', ['web-1', 'web-2']],
    ['network:net db', ['db']],
    ['address:10.1.0.3', ['db']],
    ['severity:high', ['web-1', 'web-2']],
    ['vulnerability:CVE-9', ['web-1', 'web-2']],
    ['package:openssl', ['web-1', 'web-2']],
    ['drift:', ['db']],
    ['drift:written', []],
    ['host:name-of-a image:postgres', ['db']],
    ['internet', []],
    ['nonsense:x', []],
    ['"TWO words"', ['web-1']],
    ['"words two"', []],
    ['IMAGE:nginx', ['web-1', 'web-2']],
    ['', []],
    ['""', []],
  ])('for %j', async (words, expected) => {
    const map = openTestMap({
      knowledge: smallKnowledge({
        'registry.example/nginx:1': {
          '/bin/web-1': ['openssl', 'high', 'CVE-9'],
          '/bin/web-2': ['openssl', 'high', 'CVE-9'],
        },
      }),
    });
    map.take(report, 'a');
    await map.snapshot(query(), undefined);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const { nodes } = await map.snapshot(query(), undefined);
    for (const node of nodes) label.set(node.id, node.label);
    const found = await map.search(words, query(), undefined);
    await map.stop();
    const containers = found.nodes.filter((id) => id.startsWith('container:'));
    expect(containers.map((id) => label.get(id)).sort()).toEqual(expected);
    for (const id of containers) expect(found.why[id]).toHaveLength(found.terms.length);
  });

  test('finds processes, and shows the container that they are in', async () => {
    const map = openTestMap();
    map.take(report, 'a');
    const found = await map.search('command:/data', query(), undefined);
    const [id] = found.nodes;
    expect(id).toMatch(/^process:a;/);
    expect(found.shown).toEqual([`container:a:${db!.id}`]);
    const opened = await map.search('command:/data', query({ expand: `container:a:${db!.id}` }), undefined);
    await map.stop();
    expect(opened.shown).toEqual([id]);
  });

  test('takes no more terms than anybody needs', async () => {
    const map = openTestMap();
    const found = await map.search('a '.repeat(500), query(), undefined);
    await map.stop();
    expect(found.terms).toHaveLength(20);
  });

  test('ends, however much text there is', async () => {
    const map = openTestMap();
    const containers = Array.from({ length: 300 }, (_, index) => ({
      name: `c${index}`,
      facts: {
        labels: Object.fromEntries(Array.from({ length: 50 }, (__, at) => [`l${at}`, `${'a'.repeat(1000)}${at}`])),
      },
    }));
    map.take(smallReport({ id: 'a', containers }), 'a');
    const found = await map.search('a49 aa49 aaa49 aaaa49 aaaaa49', query(), undefined);
    await map.stop();
    expect(found.nodes.length).toBeGreaterThan(0);
    // What was not looked at is said.
    expect(found.leftOut).toBeGreaterThan(0);
  });
});
