import { createHmac, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiService, give, startApiService, testScan } from '../../../test/support/api-service.ts';
import { type ClairDocument, clairFaults } from '../../../test/support/clair-v4-schemas.ts';
import { compress, layer, sha256 } from '../../../test/support/image.ts';
import { type LayerServer, startLayerServer } from '../../../test/support/layer-server.ts';
import { alpineLayer, debianLayer } from '../../../test/support/root-file-systems.ts';
import { ask as askRaw, randomSecret } from '../../../test/support/service.ts';
import { tokenOf } from '../../../test/support/stopped-services.ts';
import { makeAdvisory } from '../../../test/support/view.ts';
import { Secret } from '../../config/service-secret.ts';
import { writeUpdaterState } from '../updater-state.ts';

/* A client as Quay is one: a manifest with the addresses of its layers, a report, and what became of both. */

const TOKEN = 'Bearer a-token-of-the-storage';
const REPORTS = '/indexer/api/v1/index_report';
const MATCH = '/matcher/api/v1/vulnerability_report';
const OPERATIONS = '/matcher/api/v1/internal/update_operation';
const cvss = [{ version: '3.1', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', score: 9.8, source: 'nvd' }];
const own = compress(layer([{ path: 'srv/app', content: 'own' }]), 'gzip');
const base = compress(debianLayer(), 'gzip');
const hash = `sha256:${'5e'.repeat(32)}`;

let storage: LayerServer;
let service: ApiService;
let scans = 0;

/** What Quay sends of a layer. */
const layerOf = (bytes: Uint8Array, more: object = {}) => ({
  hash: sha256(bytes),
  uri: storage.put(sha256(bytes).slice(7), bytes),
  headers: { Accept: ['application/gzip'], Authorization: [TOKEN] },
  ...more,
});
const manifest = (more: object = {}) => ({ hash, layers: [layerOf(base), layerOf(own)], ...more });
const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  await service.call(method, path, body, {
    ...{ Accept: '*/*', ...headers },
    // Node.js says it of itself for other methods alone.
    ...(method === 'DELETE' && body !== undefined && { 'Content-Length': String(JSON.stringify(body).length) }),
  });
const valid = (kind: ClairDocument, value: unknown) => expect(clairFaults(kind, value)).toBe('');

beforeAll(async () => {
  storage = await startLayerServer(TOKEN);
  const scan = await testScan();
  service = await startApiService(
    { layerHosts: [storage.host], offline: false, logLevel: 'debug' },
    async (source, calls) => {
      scans++;
      const reports = await scan(source, calls);
      // The service of tests has a version of its own, and so has the program.
      return reports.map((report) => ({ ...report, tool: { ...report.tool, version: '1.2.3' } }));
    },
  );
});
afterAll(async () => {
  await service.stop();
  storage.close();
});

describe('the API of Clair v4', () => {
  it('says 202 while there is no advisory, and nothing of a manifest that nobody submitted', async () => {
    const [report, vulnerabilities] = [await ask('GET', `${REPORTS}/${hash}`), await ask('GET', `${MATCH}/${hash}`)];
    expect([report.status, report.json]).toEqual([404, { code: 'not-found', message: expect.any(String) }]);
    expect([vulnerabilities.status, vulnerabilities.body]).toEqual([202, '']);
    valid('error', report.json);
  });

  it('indexes a manifest, reports it, and matches it by the advisories of the moment', async () => {
    const state = await ask('GET', '/indexer/api/v1/index_state');
    valid('index_state', state.json);
    const validator = `"${state.json.state}"`;
    expect(state.headers).toMatchObject({
      etag: validator,
      'content-type': 'application/vnd.clair.index_state.v1+json',
    });

    const made = await ask('POST', REPORTS, manifest());
    expect([made.status, made.headers['etag'], made.headers['location']]).toEqual([
      201,
      validator,
      `${REPORTS}/${hash}`,
    ]);
    expect(made.headers['content-type']).toBe('application/vnd.clair.index_report.v1+json');
    expect(made.headers['link']).toBe(
      `<${REPORTS}/${hash}>; rel="https://projectquay.io/clair/v1/index_report", ` +
        `<${MATCH}/${hash}>; rel="https://projectquay.io/clair/v1/vulnerability_report"`,
    );
    valid('index_report', made.json);
    expect(made.json).toMatchObject({ manifest_hash: hash, state: 'IndexFinished', success: true, err: '' });
    const { packages, environments, distributions } = made.json;
    const ssl = Object.values(packages).find((pkg) => (pkg as { name: string }).name === 'libssl3') as { id: string };
    expect(ssl).toMatchObject({ version: '3.0.11-1~deb12u1', kind: 'BINARY', source: { name: 'openssl' } });
    expect(environments[ssl.id]).toEqual([
      { package_db: 'var/lib/dpkg/status', introduced_in: sha256(base), distribution_id: '1', repository_ids: [] },
    ]);
    expect(distributions['1']).toMatchObject({
      did: 'debian',
      name: 'Debian GNU/Linux',
      version: '12 (bookworm)',
      version_code_name: 'bookworm',
      version_id: '12',
    });
    expect((await ask('GET', `${REPORTS}/${hash}`)).json).toEqual(made.json);

    await give(service.store, {
      tracker: [
        makeAdvisory('CVE-2024-0001', [{ package: 'openssl', ranges: [{ fixed: '3.0.99-1' }] }], {
          ...{ severity: 'critical', cvss, title: 'Bytes run over' },
        }),
        makeAdvisory('CVE-2024-0002', [{ package: 'bash' }], { severity: 'negligible' }),
      ],
    });
    const matched = await ask('GET', `${MATCH}/${hash}`);
    expect([matched.status, matched.headers['content-type']]).toEqual([
      200,
      'application/vnd.clair.vulnerability_report.v1+json',
    ]);
    valid('vulnerability_report', matched.json);
    const { vulnerabilities, package_vulnerabilities: byPackage, enrichments } = matched.json;
    const [found] = byPackage[ssl.id];
    expect(vulnerabilities[found]).toMatchObject({
      updater: 'tracker',
      name: 'CVE-2024-0001',
      description: 'Bytes run over',
      links: 'https://advisories.example/CVE-2024-0001',
      normalized_severity: 'Critical',
      fixed_in_version: '3.0.99-1',
      package: { name: 'libssl3' },
      distribution: { did: 'debian', version_id: '12' },
    });
    expect(Object.values(vulnerabilities).map((one) => (one as { name: string }).name)).toEqual([
      'CVE-2024-0001',
      'CVE-2024-0002',
    ]);
    expect(Object.values(enrichments)).toEqual([
      [{ [found]: [{ version: '3.1', vectorString: cvss[0]!.vector, baseScore: 9.8, baseSeverity: 'CRITICAL' }] }],
    ]);
    await give(service.store, { tracker: [makeAdvisory('CVE-2024-0009', [{ package: 'zlib' }])] });
    const later = (await ask('GET', `${MATCH}/${hash}`)).json;
    expect(Object.values(later.vulnerabilities)).toMatchObject([{ name: 'CVE-2024-0009', fixed_in_version: '' }]);
  });

  it('sends the headers of a layer to its origin alone, and follows it elsewhere without them', async () => {
    const other = await startLayerServer();
    const bytes = compress(alpineLayer(), 'gzip');
    const target = other.put('blob', bytes);
    service.reload({ ...service.settings, layerHosts: [storage.host, other.host] });
    const uri = storage.redirect('signed', target);
    const answer = await ask('POST', REPORTS, {
      hash: `sha256:${'a1'.repeat(32)}`,
      layers: [{ hash: sha256(bytes), uri, headers: { authorization: [TOKEN], 'x-two': ['a', 'b'] } }],
    });
    other.close();
    service.reload(service.settings);
    expect(answer.status).toBe(201);
    expect(storage.asked.at(-1)!.headers).toMatchObject({ authorization: TOKEN, 'x-two': 'a, b' });
    expect(other.asked.map(({ headers }) => [headers.authorization, headers['x-two']])).toEqual([
      [undefined, undefined],
    ]);
  });

  it('reads a manifest once, however often and however many ask, and anew when its layers are others', async () => {
    const before = scans;
    const known = await Promise.all([1, 2, 3].map(async () => await ask('POST', REPORTS, manifest())));
    expect([known.map(({ status }) => status), scans]).toEqual([[201, 201, 201], before]);
    const more = manifest({ layers: [layerOf(base)] });
    const changed = await Promise.all([1, 2, 3].map(async () => await ask('POST', REPORTS, more)));
    expect([changed.map(({ status }) => status), scans]).toEqual([[201, 201, 201], before + 1]);
    expect((await service.store.images.ofReference(`clair:${hash}`, 9)).map(({ layers }) => layers)).toEqual([
      [sha256(base)],
    ]);
  });

  it('reads each of two bodies under one hash at once, and answers nobody with what the other has', async () => {
    const twice = `sha256:${'7a'.repeat(32)}`;
    const bodies = [[base], [own], [base, own]].map((layers) => ({
      hash: twice,
      layers: layers.map((one) => layerOf(one)),
    }));
    const answers = await Promise.all(bodies.map(async (body) => await ask('POST', REPORTS, body)));
    const hasPackages = answers.map(({ json }) => Object.keys(json.packages).length > 0);
    expect([answers.map(({ status }) => status), hasPackages]).toEqual([
      [201, 201, 201],
      [true, false, true],
    ]);
    await ask('DELETE', `${REPORTS}/${twice}`);
  });

  it('tells by its state that nothing would be read otherwise', async () => {
    const etag = String((await ask('GET', '/indexer/api/v1/index_state')).headers['etag']);
    const known = { 'If-None-Match': etag };
    const answers = [
      await ask('POST', REPORTS, manifest(), known),
      await ask('GET', `${REPORTS}/${hash}`, undefined, known),
      await ask('GET', '/indexer/api/v1/index_state', undefined, known),
      await ask('GET', `${REPORTS}/${hash}`, undefined, { 'If-None-Match': '"another"' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([412, 304, 304, 200]);
    expect(answers.slice(0, 3).map(({ body }) => body)).toEqual(['', '', '']);
    expect(answers[0]!.headers['link']).toContain(`${REPORTS}/${hash}`);
  });

  it('gives the type that is asked for, or none', async () => {
    const type = async (accept: string) => {
      const { status, headers } = await ask('GET', `${REPORTS}/${hash}`, undefined, { Accept: accept });
      return [status, headers['content-type']];
    };
    const vendor = 'application/vnd.clair.index_report.v1+json';
    expect(await type('application/json')).toEqual([200, 'application/json']);
    expect(await type(`application/json;q=0.5, ${vendor}`)).toEqual([200, vendor]);
    expect(await type('application/*')).toEqual([200, vendor]);
    expect(await type('text/html, application/json;q=0')).toEqual([415, 'application/json']);
  });

  it('takes a manifest of whatever type, also of none, as clairctl sends it', async () => {
    const body = JSON.stringify(manifest({ layers: [layerOf(base)] }));
    for (const type of ['application/vnd.clair.manifest.v1+json', 'text/plain']) {
      expect((await ask('POST', REPORTS, body, { 'Content-Type': type })).status).toBe(201);
    }
    expect((await askRaw(`${service.url}${REPORTS}`, { method: 'POST', body })).status).toBe(201);
  });

  it('says why layers could not be read, and keeps saying so', async () => {
    const wrong = `sha256:${'bad0'.repeat(16)}`;
    // What is known of a layer is not asked for again: none of these may be.
    const unread = compress(layer([{ path: 'srv/unread', content: 'x' }]), 'gzip');
    const cases: readonly (readonly [object, RegExp])[] = [
      [{ headers: {} }, /answered HTTP 401/],
      [{ uri: storage.redirect('away', 'http://127.0.0.1:1/') }, /127\.0\.0\.1:1 .*address/],
      [{ uri: `http://${storage.host}/gone` }, /answered HTTP 404/],
      [{ uri: storage.put('wrong', own) }, /its bytes have sha256:/],
    ];
    for (const [more, words] of cases) {
      const answer = await ask('POST', REPORTS, { hash: wrong, layers: [layerOf(base), layerOf(unread, more)] });
      expect([answer.status, answer.json.code]).toEqual([500, 'internal-error']);
      expect(answer.json.message).toMatch(words);
      expect(answer.headers['link']).toBeUndefined();
      const kept = (await ask('GET', `${REPORTS}/${wrong}`)).json;
      valid('index_report', kept);
      expect(kept).toMatchObject({ state: 'IndexError', success: false, err: expect.stringMatching(words) });
      expect((await ask('GET', `${MATCH}/${wrong}`)).status).toBe(404);
    }
    expect(await service.store.images.ofReference(`clair:${wrong}`, 9)).toHaveLength(1);
  });

  it('keeps what it read, however often the manifest cannot be read later, and forgets all of it', async () => {
    const often = `sha256:${'0f7e'.repeat(16)}`;
    const name = `clair:${often}`;
    expect((await ask('POST', REPORTS, { hash: often, layers: [layerOf(base)] })).status).toBe(201);
    // As an older version left them.
    for (let n = 0; n < 70; n++) {
      const { id } = await service.store.images.submit(name, new Date());
      await service.store.images.fail(id, 'It failed.', new Date());
    }
    const status = async () => [
      (await ask('GET', `${MATCH}/${often}`)).status,
      (await ask('GET', `${REPORTS}/${often}`)).json.state,
    ];
    expect(await status()).toEqual([200, 'IndexFinished']);
    const unread = compress(layer([{ path: 'srv/never-read', content: 'x' }]), 'gzip');
    const gone = { hash: often, layers: [layerOf(unread, { uri: `http://${storage.host}/gone` })] };
    expect((await ask('POST', REPORTS, gone)).status).toBe(500);
    expect(await status()).toEqual([200, 'IndexFinished']);
    expect((await service.store.images.ofReference(name, 99)).map(({ state }) => state)).toEqual(['failed', 'done']);
    for (let n = 0; n < 70; n++) await service.store.images.submit(name, new Date());
    expect((await ask('DELETE', `${REPORTS}/${often}`)).status).toBe(204);
    expect(await status()).toEqual([404, undefined]);
    expect(await service.store.images.ofReference(name, 99)).toEqual([]);
  });

  it.each([
    ['no JSON', '{', 400],
    ['nothing', {}, 400],
    ['no layers', { layers: [] }, 400],
    ['a hash that is none', { hash: 'sha256:zz' }, 400],
    ['a layer without a digest', { layers: [{ uri: 'http://x/' }] }, 400],
    ['a file', { uri: 'file:///etc/passwd' }, 400],
    ['a path', { uri: '/etc/passwd' }, 400],
    ['a password in an address', { uri: 'https://a:b@storage.example/x' }, 400],
    ['a header that ends the line', { headers: { 'X-A': ['b\r\nHost: other'] } }, 400],
    ['a header whose name is none', { headers: { 'a b': ['c'] } }, 400],
    ['this machine', { uri: 'http://127.0.0.1:1/x' }, 403],
    ['the keys of a cloud', { uri: 'http://169.254.169.254/latest/' }, 403],
    ['a name of this machine', { uri: 'http://localhost/x' }, 403],
  ])('refuses %s', async (_, more, status) => {
    const isLayer = typeof more === 'object' && ('uri' in more || 'headers' in more);
    const body =
      typeof more === 'string' || Object.keys(more).length === 0
        ? more
        : manifest(isLayer ? { layers: [layerOf(base, more)] } : more);
    const before = storage.asked.length;
    const answer = await ask('POST', REPORTS, body);
    expect([answer.status, answer.json.code]).toEqual([status, status === 400 ? 'bad-request' : 'forbidden']);
    valid('error', answer.json);
    expect(storage.asked.length).toBe(before);
  });

  it('answers what it does not have in the form of Clair', async () => {
    const cases = [
      ['GET', REPORTS, 405, 'method-not-allowed'],
      ['PUT', `${REPORTS}/${hash}`, 405, 'method-not-allowed'],
      ['POST', `${MATCH}/${hash}`, 405, 'method-not-allowed'],
      ['GET', `${REPORTS}/sha256:zz`, 400, 'bad-request'],
      ['GET', `${MATCH}/x`, 400, 'bad-request'],
      ['GET', `${OPERATIONS}?kind=other`, 400, 'bad-request'],
      ['GET', '/indexer/api/v1/other', 404, 'not-found'],
      ['GET', '/notifier/api/v1/', 404, 'not-found'],
    ] as const;
    for (const [method, path, status, code] of cases) {
      const { status: answered, json } = await ask(method, path);
      expect([method, path, answered, json?.code]).toEqual([method, path, status, code]);
      valid('error', json);
    }
  });

  it('lists what the feeds were last updated with', async () => {
    const notes = { count: 0, first: [] };
    const [older, newer] = ['2026-03-01T10:00:00.000Z', '2026-03-02T10:00:00.000Z'];
    await writeUpdaterState(service.store.values, {
      ...{ started: newer, seconds: 1, complete: true, problems: [] },
      feeds: [
        { name: 'debian-tracker', status: 'changed', updatedAt: older, records: 1, notes },
        { name: 'alpine-secdb', status: 'changed', updatedAt: newer, records: 1, notes },
        { name: 'epss', status: 'changed', updatedAt: newer, records: 1, notes, enriches: true },
        { name: 'never', status: 'failed', records: 0, notes },
      ],
    });
    const listed = await ask('GET', `${OPERATIONS}?latest=true`);
    valid('update_operations', listed.json);
    expect(Object.keys(listed.json)).toEqual(['alpine-secdb', 'debian-tracker']);
    const etag = String(listed.headers['etag']);
    expect(etag).toBe(`"${listed.json['alpine-secdb'][0].ref}"`);
    expect((await ask('GET', OPERATIONS, undefined, { 'If-None-Match': etag })).status).toBe(304);
    expect(Object.keys((await ask('GET', `${OPERATIONS}?kind=enrichment`)).json)).toEqual(['epss']);
  });

  it('forgets manifests, one or many', async () => {
    const unknown = `sha256:${'0'.repeat(64)}`;
    const removed = await ask('DELETE', REPORTS, [hash, unknown, hash]);
    expect([removed.status, removed.body]).toEqual([200, JSON.stringify([hash])]);
    valid('bulk_delete', removed.json);
    expect((await ask('GET', `${REPORTS}/${hash}`)).status).toBe(404);
    for (const one of [hash, unknown]) {
      const answer = await ask('DELETE', `${REPORTS}/${one}`);
      expect([answer.status, answer.body]).toEqual([204, '']);
    }
  });

  it('keeps and tells neither addresses nor headers, and counts its answers', async () => {
    const { images } = await service.store.images.list({ limit: 100 });
    const documents = await Promise.all(images.map(({ id }) => service.store.images.document(id)));
    const everything = [...service.lines, ...documents, JSON.stringify(images)].join('\n');
    expect(everything).not.toContain(TOKEN.slice(7));
    expect(everything).not.toContain(`${storage.host}/`);
    const metrics = (await ask('GET', '/v1/metrics')).body;
    expect(metrics).toMatch(
      /clair_api_response_duration_milliseconds_count\{[^}]*route="POST \/indexer\/api\/v1\/index_report"[^}]*code="201"/,
    );
  });
});

describe('a client that shares a key with the service', () => {
  const key = randomBytes(32);
  const clairPsk = { key: new Secret(key.toString('base64')), issuers: ['quay'] };
  const STATE = '/indexer/api/v1/index_state';
  const claim = (iss: string, secret: Buffer = key): string => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const signed = `${part({ alg: 'HS256' })}.${part({ iss, exp: Date.now() / 1000 + 60 })}`;
    return `Bearer ${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
  };
  const statusOf = async (method: string, path: string, authorization?: string) =>
    (await ask(method, path, undefined, authorization === undefined ? {} : { Authorization: authorization })).status;

  it('may do what scanners do with its manifests, and nothing else', async () => {
    const admin = randomSecret();
    service.reload({ ...service.settings, clairPsk });
    expect(await statusOf('GET', STATE, claim('quay'))).toBe(200);
    expect(await statusOf('DELETE', `${REPORTS}/${hash}`, claim('quay'))).toBe(204);
    expect(await statusOf('GET', STATE)).toBe(401);
    expect(await statusOf('GET', STATE, claim('other'))).toBe(401);
    expect(await statusOf('GET', STATE, claim('quay', randomBytes(32)))).toBe(401);
    // Nobody else is kept out of the rest, as before.
    expect(await statusOf('GET', '/api/images')).toBe(200);
    service.reload({ ...service.settings, clairPsk, tokens: [tokenOf('admin', admin)] });
    expect(await statusOf('GET', STATE, claim('quay'))).toBe(200);
    expect(await statusOf('GET', STATE, `Bearer ${admin}`)).toBe(200);
    for (const path of ['/api/images', '/v1/namespaces', '/harbor/api/v1/metadata']) {
      expect([path, await statusOf('GET', path, claim('quay'))]).toEqual([path, 401]);
    }
    const refused = await ask('GET', STATE);
    expect([refused.status, refused.json.code]).toEqual([401, 'unauthorized']);
    valid('error', refused.json);
    service.reload(service.settings);
  });
});

describe('a notification', () => {
  const write = async (fixes: readonly object[]) => {
    await service.store.vulnerabilities.write({
      ...{ namespace: 'debian:12', name: 'CVE-2024-0042', description: 'of it', metadata: '', severity: 'High' },
      ...{ link: 'https://advisories.example/42', fixes: fixes as readonly { readonly package: string }[] },
    });
    return (await service.store.notifications.list({ limit: 1 })).notifications[0]!.name;
  };
  const hashes = [1, 2, 3].map((n) => `sha256:${String(n).repeat(64)}`);
  const page = async (name: string, query = '') => {
    const answer = await ask('GET', `/notifier/api/v1/notification/${name}${query}`);
    if (answer.status === 200) valid('notification_page', answer.json);
    return answer;
  };
  /** As Quay reads them: page by page, until there is no next one. */
  const all = async (name: string, size: number) => {
    const pages: { reason: string; manifest: string; id: string }[][] = [];
    for (let next = ''; ; ) {
      const { json } = await page(name, `?page_size=${size}${next}`);
      expect(json.page.size).toBe(size);
      pages.push(json.notifications);
      if (json.page.next === undefined) return pages;
      next = `&next=${json.page.next}`;
    }
  };
  const told = (pages: Awaited<ReturnType<typeof all>>) =>
    pages.map((one) => one.map(({ reason, manifest: of }) => `${reason} ${of.slice(7, 8)}`));

  it('says of each manifest what became of it, page by page, until it is deleted', async () => {
    for (const [index, one] of hashes.entries()) {
      const layers = [layerOf(index === 2 ? compress(alpineLayer(), 'gzip') : base)];
      expect((await ask('POST', REPORTS, { hash: one, layers })).status).toBe(201);
    }
    const came = await write([{ package: 'bash', version: '9' }]);
    expect(told(await all(came, 1))).toEqual([['added 1'], ['added 2']]);
    const [first] = (await page(came)).json.notifications;
    expect(first).toMatchObject({
      manifest: hashes[0],
      reason: 'added',
      vulnerability: {
        name: 'CVE-2024-0042',
        description: 'of it',
        links: 'https://advisories.example/42',
        normalized_severity: 'High',
        fixed_in_version: '9',
        package: { name: 'bash', version: '5.2.15-2+b2', source: { name: 'bash', version: '5.2.15-2' } },
        distribution: { did: 'debian', version_id: '12' },
      },
    });
    expect((await page(came)).json.page).toEqual({ size: 500 });

    await ask('DELETE', `${REPORTS}/${hashes[0]}`);
    const changed = await write([{ package: 'zlib' }, { package: 'bash', version: '9' }]);
    expect(told(await all(changed, 5))).toEqual([['added 2']]);
    await service.store.vulnerabilities.remove('debian:12', 'CVE-2024-0042');
    const [went] = (await service.store.notifications.list({ limit: 1 })).notifications;
    expect(told(await all(went!.name, 1))).toEqual([['removed 2']]);

    const gone = `/notifier/api/v1/notification/${came}`;
    const statuses = [];
    for (const method of ['DELETE', 'GET', 'DELETE']) statuses.push((await ask(method, gone)).status);
    expect(statuses).toEqual([200, 404, 200]);
  });

  it.each([
    ['/x', '', 400],
    [`/${'0'.repeat(8)}-0000-4000-8000-000000000000`, '', 404],
    ['', '?page_size=x', 400],
    ['', '?page_size=-1', 400],
    ['', '?next=x', 400],
    ['', '?next=00000000-0000-8000-8200-000000000000', 400],
    ['', '?page_size=&next=00000000-0000-0000-0000-000000000000', 200],
    ['', '?page_size=999999999', 200],
  ])('of %j%s gets %i', async (path, query, status) => {
    const name = await write([{ package: 'bash', version: '9' }]);
    expect((await page(path === '' ? name : path.slice(1), query)).status).toBe(status);
  });
});
