import { describe, expect, test } from 'vitest';
import { openTestMap, query, smallKnowledge, smallReport } from '../../../test/support/small-map.ts';
import { parseSearch } from './search-query.ts';

describe('parseSearch', () => {
  test.each([
    ['nginx', [['text', 'nginx']]],
    [
      '  nginx   web ',
      [
        ['text', 'nginx'],
        ['text', 'web'],
      ],
    ],
    [
      '"two words" x',
      [
        ['text', 'two words'],
        ['text', 'x'],
      ],
    ],
    ['image:nginx', [['field', 'image:nginx']]],
    ['IMAGE:nginx', [['field', 'image:nginx']]],
    ['label.Tier:web', [['field', 'label.Tier:web']]],
    ['drift:', [['field', 'drift:']]],
    ['http://x', [['text', 'http://x']]],
    ['nonsense:x', [['text', 'nonsense:x']]],
    ['cpu>50%', [['metric', 'cpu>50%']]],
    ['cpu > 50%', [['metric', 'cpu>50%']]],
    [
      'cpu >50 % web',
      [
        ['metric', 'cpu>50%'],
        ['text', 'web'],
      ],
    ],
    ['memory < 1 GB', [['metric', 'memory<1GB']]],
    ['connections >= 5', [['metric', 'connections>=5']]],
    [
      'weight > 5',
      [
        ['text', 'weight'],
        ['text', '>'],
        ['text', '5'],
      ],
    ],
    [
      'cpu > lots',
      [
        ['text', 'cpu'],
        ['text', '>'],
        ['text', 'lots'],
      ],
    ],
    ['[', [['text', '[']]],
    ['(a', [['text', '(a']]],
    ['', []],
    ['""', []],
  ])('%j', (words, expected) => {
    expect(parseSearch(words).map(({ kind, shown }) => [kind, shown])).toEqual(expected);
  });

  test('takes no more terms than anybody needs', () => {
    expect(parseSearch('a '.repeat(500))).toHaveLength(20);
  });
});

describe('a search', () => {
  const report = smallReport(
    {
      id: 'a',
      containers: [
        {
          name: 'web-1',
          image: 'registry.example/nginx:1',
          listens: [443],
          facts: { labels: { tier: 'front' }, restarts: 3 },
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
    },
    { figures: {} },
  );
  const [web, , db] = report.changed.containers;
  const figures = { [web!.id]: { cpu: 0.75, memoryBytes: 2 ** 31 }, [db!.id]: { cpu: 0.1, memoryBytes: 2 ** 29 } };
  const label = new Map<string, string>();

  test.each([
    ['web', ['web-1', 'web-2']],
    ['WEB image:nginx', ['web-1', 'web-2']],
    ['web-[12]', ['web-1', 'web-2']],
    ['^web-2$', ['web-2']],
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
    ['cpu > 50%', ['web-1']],
    ['cpu > 0.05 memory < 1GB', ['db']],
    ['connections > 10', ['db', 'web-1']],
    ['restarts = 3', ['web-1']],
    ['host:name-of-a image:postgres', ['db']],
    ['internet', []],
    ['(a+)+$ nothing', []],
  ])('for %j', async (words, expected) => {
    const map = openTestMap({
      knowledge: smallKnowledge({
        'registry.example/nginx:1': {
          '/bin/web-1': ['openssl', 'high', 'CVE-9'],
          '/bin/web-2': ['openssl', 'high', 'CVE-9'],
        },
      }),
    });
    map.take({ ...report, figures }, 'a');
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

  test('ends, whatever the expression and however much text there is', async () => {
    const map = openTestMap();
    const containers = Array.from({ length: 300 }, (_, index) => ({
      name: `c${index}`,
      facts: { labels: Object.fromEntries(Array.from({ length: 50 }, (__, at) => [`l${at}`, 'a'.repeat(1000)])) },
    }));
    map.take(smallReport({ id: 'a', containers }), 'a');
    const found = await map.search('(a|aa)+(a|aa)+(a|aa)+$b', query(), undefined);
    await map.stop();
    expect(found.nodes).toEqual([]);
    // What was not looked at is said.
    expect(found.leftOut).toBeGreaterThan(0);
  });
});
