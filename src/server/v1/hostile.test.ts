import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raw, useTestApi } from '../../../test/support/v1-api.ts';
import { exchange } from '../../../test/support/v1-servers.ts';

const api = useTestApi();

const writes = [
  ['POST', '/v1/layers'],
  ['POST', '/v1/namespaces/debian:8/vulnerabilities'],
  ['PUT', '/v1/namespaces/debian:8/vulnerabilities/CVE-1'],
  ['PUT', '/v1/namespaces/debian:8/vulnerabilities/CVE-1/fixes/bash'],
] as const;

const seeds = [
  '{"Layer":{"Name":"a","Path":"/x","Format":"Docker","ParentName":"b","Headers":{"A":"b"}}}',
  '{"Vulnerability":{"Name":"CVE-1","NamespaceName":"debian:8","Severity":"Low","Metadata":{"a":[1.5,{"b":null}]},"FixedIn":[{"Name":"bash","VersionFormat":"dpkg","Version":"1"}]}}',
  '{"Feature":{"Name":"bash","VersionFormat":"dpkg","Version":"1"}}',
];

const word = fc.oneof(
  fc.constantFrom(
    'debian:8',
    'debian:9',
    'custom:1',
    'dpkg',
    'rpm',
    'None',
    '#MINV#',
    '#MAXV#',
    'Low',
    'bash',
    '',
    '1:2-3',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const feature = fc.record(
  { Name: word, NamespaceName: word, VersionFormat: word, Version: word },
  { requiredKeys: [] },
);
const document = fc.record(
  {
    Layer: fc.record({ Name: word, Path: word, Format: word, ParentName: word, Headers: fc.dictionary(word, word) }),
    Vulnerability: fc.record(
      {
        Name: word,
        NamespaceName: fc.constant('debian:8'),
        Severity: fc.constantFrom('Low', 'high', 'x'),
        Description: word,
        Link: word,
        Metadata: fc.dictionary(word, fc.jsonValue()),
        FixedIn: fc.array(feature, { maxLength: 4 }),
      },
      { requiredKeys: ['Severity', 'NamespaceName'] },
    ),
    Feature: feature,
  },
  { requiredKeys: [] },
);

/** What no database can keep is a failure of the database, as in Clair. */
const isKeepable = (body: string): boolean => !body.includes('\\u0000');

async function statuses(host: string, body: Uint8Array | string): Promise<number[]> {
  const answers = writes.map(([method, path]) => exchange(host, { method, path, body }));
  return (await Promise.all(answers)).map(({ status }) => status);
}

describe('the v1 API', () => {
  it('takes no random bytes for a fault of its own', async () => {
    const host = await api.start();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (body) => {
        for (const status of await statuses(host, body)) expect(status).toBe(400);
      }),
      { numRuns: 150 },
    );
  });

  it('takes no damaged request for a fault of its own', async () => {
    const host = await api.start();
    const damage = fc.tuple(fc.constantFrom(...seeds), fc.nat(), fc.nat({ max: 20 }), fc.uint8Array({ maxLength: 10 }));
    await fc.assert(
      fc.asyncProperty(damage, async ([seed, place, removed, bytes]) => {
        const body = Buffer.from(seed);
        const at = place % body.length;
        const damaged = Buffer.concat([body.subarray(0, at), bytes, body.subarray(at + removed)]);
        for (const status of await statuses(host, damaged)) expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
  });

  it('takes no strange request for a fault of its own', async () => {
    const host = await api.start();
    await fc.assert(
      fc.asyncProperty(document, async (value) => {
        const body = JSON.stringify(value);
        fc.pre(isKeepable(body));
        for (const status of await statuses(host, body)) expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
    expect(api.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('takes no strange target for a fault of its own', async () => {
    const host = await api.start();
    const part = fc.oneof(
      fc.constantFrom(
        'layers',
        'namespaces',
        'vulnerabilities',
        'fixes',
        'notifications',
        '',
        '.',
        '..',
        'Layers',
        '%2F',
        '%00',
        '%ff',
        'a',
      ),
      fc.string({ maxLength: 10 }).map(encodeURIComponent),
    );
    const query = fc.constantFrom(
      '',
      '?limit=1',
      '?limit=-1',
      '?features&vulnerabilities',
      '?limit=1&page=zz',
      '?%zz=;&',
    );
    const target = fc
      .tuple(fc.array(part, { maxLength: 7 }), query)
      .map(([parts, rest]) => `/v1/${parts.join('/')}${rest}`);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD', 'PATCH'),
        target,
        async (method, path) => {
          const answer = await exchange(host, { method, path });
          expect(answer.status).toBeLessThan(500);
          expect(answer.headers['Location'] ?? '/x').toMatch(/^\/[^/]/);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes no page that it did not hand out', async () => {
    const host = await api.start();
    await api.store.vulnerabilities.write({
      namespace: 'debian:8',
      name: 'CVE-1',
      description: '',
      link: '',
      severity: 'Low',
      metadata: '',
      fixes: [],
    });
    const token = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.base64String({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.of(0x80, ...bytes).toString('base64url')),
    );
    await fc.assert(
      fc.asyncProperty(token, async (page) => {
        const path = `/v1/namespaces/debian:8/vulnerabilities?limit=1&page=${encodeURIComponent(page)}`;
        const answer = await exchange(host, { method: 'GET', path });
        expect(answer.status).toBe(400);
        expect(answer.body.toString()).toContain('invalid or expired pagination token');
      }),
      { numRuns: 150 },
    );
  });

  it('outlives whatever comes over a connection', async () => {
    const host = await api.start();
    const line = fc.constantFrom(
      'GET /v1/layers HTTP/1.1\r\n',
      'POST /v1/layers HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
      'POST /v1/layers HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n',
      'GET /v1/metrics HTTP/1.1\r\nHost: a\r\n\r\n',
      '',
    );
    await fc.assert(
      fc.asyncProperty(line, fc.uint8Array({ maxLength: 100 }), async (head, bytes) => {
        await raw(host, `${head}${Buffer.from(bytes).toString('latin1')}\r\n\r\n`, { end: true });
      }),
      { numRuns: 100 },
    );
    expect((await exchange(host, { method: 'GET', path: '/v1/namespaces' })).status).toBe(200);
  });
});
