// biome-ignore lint/suspicious/noDeprecatedImports: of loadAll only the form with an iterator is deprecated
import { load, loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { hostileTexts } from '../../../test/support/hostile-texts.ts';
import { openTestMap, query, type SmallHost, smallReport } from '../../../test/support/small-map.ts';
import type { OpenMap } from './open-map.ts';

async function exported(
  host: SmallHost,
  format: 'graphml' | 'network-policy' | 'json',
  given: object = {},
): Promise<string> {
  const map: OpenMap = openTestMap();
  map.take(smallReport(host), 'a');
  const file = await map.export(format, query(given), undefined);
  await map.stop();
  return file;
}

const shop: SmallHost = {
  id: 'a',
  containers: [
    { name: 'web-1', facts: { labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' } } },
    { name: 'web-2', facts: { labels: { 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' } } },
    { name: 'db', facts: { labels: { 'app.kubernetes.io/name': 'postgres' } } },
    { name: 'idle' },
  ],
  calls: [
    { from: '8.8.8.8', to: 'web-1', port: 80 },
    { from: 'web-1', to: 'db', port: 5432 },
    { from: 'web-2', to: 'db', port: 5432 },
    { from: 'web-2', to: '10.99.0.5', port: 443 },
    { from: 'web-2', to: '2606:4700::1', port: 443 },
  ],
};

describe('network policies', () => {
  test('allow what was seen, for each service one', async () => {
    const policies = loadAll(await exported(shop, 'network-policy')) as {
      metadata: { name: string };
      spec: Record<string, unknown>;
    }[];
    expect(policies.map(({ metadata }) => metadata.name)).toEqual(['idle', 'postgres', 'shop-web']);
    expect(policies[2]!.spec).toEqual({
      podSelector: { matchLabels: { app: 'shop-web' } },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [
        {
          from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'] } }],
          ports: [{ protocol: 'TCP', port: 80 }],
        },
      ],
      egress: [
        {
          ports: [
            { protocol: 'UDP', port: 53 },
            { protocol: 'TCP', port: 53 },
          ],
        },
        {
          to: [{ podSelector: { matchLabels: { 'app.kubernetes.io/name': 'postgres' } } }],
          ports: [{ protocol: 'TCP', port: 5432 }],
        },
        { to: [{ ipBlock: { cidr: '10.99.0.5/32' } }], ports: [{ protocol: 'TCP', port: 443 }] },
        {
          to: [{ ipBlock: { cidr: '::/0', except: ['fc00::/7', 'fe80::/10'] } }],
          ports: [{ protocol: 'TCP', port: 443 }],
        },
      ],
    });
    expect(policies[0]!.spec).toMatchObject({ ingress: [], egress: [] });
  });

  test('are those of the containers that were asked for', async () => {
    const policies = loadAll(await exported(shop, 'network-policy', { label: 'app.kubernetes.io/name' })) as object[];
    expect(policies).toMatchObject([
      { metadata: { name: 'postgres' }, spec: { ingress: [{ ports: [{ port: 5432 }] }] } },
    ]);
  });
});

describe('exports', () => {
  test.each(hostileTexts.map(({ name, text }) => [name, text]))('have hostile names as text: %s', async (_, text) => {
    const host: SmallHost = {
      id: 'a',
      containers: [{ name: text, image: text, facts: { labels: { app: text } } }, { name: 'x' }],
      calls: [{ from: 'x', to: text, port: 1, facts: { name: text } }],
    };
    const xml = await exported(host, 'graphml');
    // Markup is ours alone: with it taken out, nothing is left that could begin one.
    const known = /<\/?(?:\?xml|graphml|key|graph|node|edge|data)(?: [a-zA-Z.:]+="[^"<]*")*\s*[/?]?>/g;
    expect(xml.replace(known, '')).not.toMatch(/[<]|&(?!#\d+;)/);
    expect(xml).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f]/);
    for (const part of (await exported(host, 'network-policy')).split(/^---$/m)) {
      if (part.trim() === '') continue;
      const { metadata, spec } = load(part) as {
        metadata: { name: string };
        spec: { podSelector: { matchLabels: Record<string, string> } };
      };
      expect(metadata.name).toMatch(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/);
      for (const value of Object.values(spec.podSelector.matchLabels))
        expect(value).toMatch(/^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/);
    }
    expect(JSON.parse(await exported(host, 'json')).nodes.length).toBeGreaterThan(1);
  });

  test('of nothing are empty', async () => {
    expect(await exported({ id: 'a' }, 'network-policy')).toBe('');
  });
});
