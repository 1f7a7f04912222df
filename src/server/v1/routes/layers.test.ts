import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ask, databaseMessage, layerBody, told, useTestApi } from '../../../../test/support/v1-api.ts';
import { StoreError } from '../../../errors.ts';
import { storedSeverities } from '../../../store/package-version.ts';
import { encodeJson } from '../json/encode.ts';
import { IndexError } from '../layer-indexer.ts';
import { shownMetadata } from '../vulnerability-json.ts';
import { layerEnvelope } from '../wire.ts';
import { findingText } from './layers.ts';

const api = useTestApi();

describe('POST /v1/layers', () => {
  it('hands over what was asked for', async () => {
    const host = await api.start();
    await ask(host, 'POST /v1/layers', layerBody({ ParentName: 'p', Headers: { A: 'b' } }));
    await ask(host, 'POST /v1/layers', layerBody({ ParentName: '', Features: null, Headers: null }));
    expect(api.requested).toEqual([
      { name: 'l', path: '/p', format: 'Docker', parent: 'p', headers: new Map([['A', 'b']]) },
      { name: 'l', path: '/p', format: 'Docker', headers: new Map() },
    ]);
  });

  it('leaves out headers that are empty and a parent that is', async () => {
    const answer = await ask(await api.start(), 'POST /v1/layers', layerBody({ ParentName: '', Headers: {} }));
    expect(answer.body.toString()).toBe('{"Layer":{"Name":"l","Path":"/p","Format":"Docker","IndexedByVersion":3}}\n');
  });

  it.each([
    [new IndexError('unknown-parent', ''), [400, 'worker: parent layer is unknown, it must be processed first']],
    [new IndexError('source-not-found', ''), [400, 'could not find layer']],
    [new IndexError('unsupported-format', ''), [400, "unsupported image format 'Docker'"]],
    [new IndexError('unreadable', ''), [422, 'tarutil: could not extract the archive']],
    [
      new IndexError('file-too-large', ''),
      [422, 'tarutil: could not extract one or more files from the archive: file too big'],
    ],
    [new IndexError('unsupported-system', ''), [422, 'worker: OS and/or package manager are not supported']],
    [new IndexError('bad-version', ''), [400, 'could not find/insert invalid FeatureVersion']],
    [new StoreError('store.unknown-parent', ''), [400, 'worker: parent layer is unknown, it must be processed first']],
    [new StoreError('store.bad-version', ''), [400, 'could not find/insert invalid FeatureVersion']],
    [new StoreError('store.too-long', ''), [500, databaseMessage]],
    [new StoreError('store.full', ''), [500, databaseMessage]],
    [new StoreError('store.unavailable', ''), [503, databaseMessage]],
    [new TypeError('ours'), [500, 'internal error']],
  ])('answers %o', async (error, expected) => {
    api.index = () => Promise.reject(error);
    expect(await told(await api.start(), 'POST /v1/layers', layerBody())).toEqual(expected);
  });

  it('tells when to ask again while the database is away', async () => {
    api.index = () => Promise.reject(new StoreError('store.unavailable', ''));
    const { headers } = await ask(await api.start(), 'POST /v1/layers', layerBody());
    expect(headers['Retry-After']).toMatch(/^\d+$/);
  });

  it('logs a fault and lives on', async () => {
    api.index = () => Promise.reject(new TypeError('ours'));
    const host = await api.start();
    await ask(host, 'POST /v1/layers', layerBody());
    expect(api.logged.find(({ level }) => level === 'error')?.data).toMatchObject({ route: 'postLayer' });
    expect((await ask(host, 'GET /v1/namespaces')).status).toBe(200);
  });

  it.each([
    ['a name', { Name: 'a\0' }],
    ['a parent', { ParentName: 'a\0' }],
  ])('refuses a NUL in %s without asking anybody', async (_, members) => {
    expect(await told(await api.start(), 'POST /v1/layers', layerBody(members))).toEqual([500, databaseMessage]);
    expect(api.requested).toEqual([]);
  });
});

describe('a layer', () => {
  it('lists its packages in one order: name, namespace, version by code point', async () => {
    const names = ['b', 'a', '\uffee', '\u{1f600}', 'B'];
    const packages = ['2', '1'].flatMap((version) =>
      ['debian:9', 'debian:8'].flatMap((namespace) => names.map((name) => ({ namespace, name, version }))),
    );
    const namespaces = ['debian:8', 'debian:9'].map((name) => ({ name, versionFormat: 'dpkg' }));
    await api.store.layers.insert({ name: 'x', engineVersion: 3, packages, namespaces });
    const answer = await ask(await api.start(), 'GET /v1/layers/x?features');
    const { Layer } = JSON.parse(answer.body.toString()) as {
      Layer: { Features: { Name: string; NamespaceName: string; Version: string }[] };
    };
    const expected = ['B', 'a', 'b', '\uffee', '\u{1f600}'].flatMap((name) =>
      ['debian:8 1', 'debian:8 2', 'debian:9 1', 'debian:9 2'].map((rest) => `${name} ${rest}`),
    );
    expect(Layer.Features.map(({ Name, NamespaceName, Version }) => `${Name} ${NamespaceName} ${Version}`)).toEqual(
      expected,
    );
  });

  it('with a slash in its name is found and removed where the client escapes it', async () => {
    await api.store.layers.insert({ name: 'a/b', engineVersion: 3, packages: [], namespaces: [] });
    const host = await api.start();
    expect(await told(host, 'GET /v1/layers/a%2Fb')).toEqual([200, { Layer: { Name: 'a/b', IndexedByVersion: 3 } }]);
    expect((await ask(host, 'GET /v1/layers/a/b')).status).toBe(404);
    expect((await ask(host, 'DELETE /v1/layers/a%2fb')).status).toBe(200);
    expect(await told(host, 'GET /v1/layers/a%2Fb')).toEqual([404, 'the resource cannot be found']);
  });

  it.each(['%00', '%ff', 'a%00b'])('of the impossible name %s is not found', async (name) => {
    const host = await api.start();
    for (const line of [
      `GET /v1/layers/${name}`,
      `DELETE /v1/layers/${name}`,
      `GET /v1/namespaces/${name}/vulnerabilities?limit=1`,
      `GET /v1/notifications/${name}?limit=1`,
    ]) {
      expect(await told(host, line)).toEqual([404, 'the resource cannot be found']);
    }
  });
});

describe('a vulnerability of a layer', () => {
  const text = fc.oneof(
    fc.constant(''),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('<&>', '\u2028', '"\\', '\ud800'),
  );
  const metadata = fc.oneof(
    fc.constantFrom('', '{}', 'null'),
    fc.dictionary(text, text).map((own) => JSON.stringify(own)),
  );

  it('is written as the types of the API say', () => {
    fc.assert(
      fc.property(
        fc.record({ namespace: text, name: text, description: text, link: text, metadata }),
        fc.constantFrom(...storedSeverities),
        fc.option(text, { nil: undefined }),
        (texts, severity, fixedBy) => {
          const finding = findingText({ ...texts, severity, ...(fixedBy !== undefined && { fixedBy }) });
          const Vulnerability = {
            Name: texts.name,
            NamespaceName: texts.namespace,
            Description: texts.description,
            Link: texts.link,
            Severity: severity,
            Metadata: shownMetadata(texts.metadata),
            FixedBy: fixedBy ?? '',
          };
          const listed = encodeJson(layerEnvelope, { Layer: { Features: [{ Vulnerabilities: `[${finding}]` }] } });
          expect(listed).toBe(
            encodeJson(layerEnvelope, { Layer: { Features: [{ Vulnerabilities: [Vulnerability] }] } }),
          );
        },
      ),
    );
  });
});
