import { describe, expect, it } from 'vitest';
import { readFiles } from '../../../test/support/feed-events.ts';
import { type TestStatement, vexDocument } from '../../../test/support/vex.ts';
import type { Advisory, Affected } from '../../model/advisory.ts';
import { redhatVex } from './vex-feed.ts';

async function read(document: object, path = '2024/cve-2024-0001.json') {
  return await readFiles(redhatVex, { [path]: JSON.stringify(document) });
}

async function rows(...statements: readonly TestStatement[]): Promise<readonly Affected[]> {
  const { upserts } = await read(vexDocument('CVE-2024-0001', statements));
  return upserts.flatMap(({ affected }) => affected);
}

const rhel9 = 'a:redhat:enterprise_linux:9::appstream';
const fixed = (component: string, product = rhel9): TestStatement => ({ status: 'fixed', product, component });
const open = (component: string, more: Partial<TestStatement> = {}): TestStatement => ({
  status: 'known_affected',
  product: 'o:redhat:enterprise_linux:9',
  component,
  ...more,
});

describe('redhatVex', () => {
  it('makes one record of a CVE, with what Red Hat says of it as a whole', async () => {
    const { upserts, notes } = await read(
      vexDocument(
        'CVE-2024-0001',
        [{ ...fixed('bash@5.1.8-9.el9?arch=x86_64'), erratum: 'RHSA-2024:1234', impact: 'Important' }],
        { severity: 'Moderate', vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
      ),
    );

    expect(notes).toEqual([]);
    expect(upserts).toEqual<readonly Advisory[]>([
      {
        key: 'CVE-2024-0001',
        id: 'CVE-2024-0001',
        aliases: [],
        related: ['RHSA-2024:1234'],
        severity: 'medium',
        title: 'flaw of CVE-2024-0001',
        description: 'What CVE-2024-0001 is.',
        cvss: [
          {
            version: '3.1',
            vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H',
            score: 9.8,
            source: 'redhat-vex',
          },
        ],
        urls: ['https://access.redhat.com/security/cve/CVE-2024-0001'],
        published: '2024-01-01T00:00:00+00:00',
        modified: '2024-02-01T00:00:00+00:00',
        affected: [
          {
            namespace: 'rhel:9',
            package: 'bash',
            nameKind: 'binary',
            state: 'fixed',
            ranges: [{ fixed: '5.1.8-9.el9' }],
            only: { architectures: ['x86_64'] },
            severity: 'high',
          },
        ],
      },
    ]);
  });

  it.each<[string, Partial<TestStatement>, Partial<Affected>]>([
    ['affected', {}, { state: 'affected' }],
    ['affected, in words', { remedy: 'Affected' }, { state: 'affected' }],
    ['one that will not be fixed', { remedy: 'Will not fix' }, { state: 'will-not-fix', note: 'Will not fix' }],
    ['deferred', { remedy: 'Fix deferred' }, { state: 'deferred', note: 'Fix deferred' }],
    ['out of support', { remedy: 'Out of support scope' }, { state: 'end-of-life', note: 'Out of support scope' }],
    ['something new', { remedy: 'Perhaps' }, { state: 'affected', note: 'Perhaps' }],
    ['not affected', { status: 'known_not_affected' }, { state: 'not-affected' }],
    ['under investigation', { status: 'under_investigation' }, { state: 'under-investigation' }],
    ['of another impact', { impact: 'Low' }, { severity: 'low' }],
  ])('reads a package that is %s', async (_, more, expected) => {
    expect(await rows(open('bash?arch=src', more))).toEqual([
      { namespace: 'rhel:9', package: 'bash', nameKind: 'source', state: 'affected', ranges: [], ...expected },
    ]);
  });

  it.each<[string, string, string | undefined, readonly string[] | undefined]>([
    ['the release', 'o:redhat:enterprise_linux:9', 'rhel:9', undefined],
    ['a repository of the release', 'a:redhat:enterprise_linux:8::appstream', 'rhel:8', undefined],
    ['a minor release of it', 'o:redhat:enterprise_linux:10.0', 'rhel:10', undefined],
    ['the extension of its life', 'o:redhat:rhel_els:7', 'rhel:7', undefined],
    ['another support stream', 'a:redhat:rhel_eus:9.2::appstream', 'rhel:9', ['cpe:/a:redhat:rhel_eus:9.2::appstream']],
    ['a product with its release', 'a:redhat:openshift:4.14::el9', 'rhel:9', ['cpe:/a:redhat:openshift:4.14::el9']],
    ['a product whose build tells', 'a:redhat:openshift:4.14', 'rhel:9', ['cpe:/a:redhat:openshift:4.14']],
    ['a release that is older than all', 'o:redhat:enterprise_linux:4::as', undefined, undefined],
    ['all products', 'a:redhat', undefined, undefined],
    ['somebody else', 'o:debian:debian_linux:9', undefined, undefined],
  ])('finds the place of %s', async (_, product, namespace, repositories) => {
    const found = await rows(fixed('bash@5.1.8-9.el9?arch=noarch', product));

    expect(found.map((row) => row.namespace)).toEqual(namespace === undefined ? [] : [namespace]);
    expect(found[0]?.only?.repositories).toEqual(repositories);
  });

  it('leaves out products whose release nobody tells, as they are without a build', async () => {
    expect(await rows(open('podman?arch=src', { product: 'a:redhat:openshift:4' }))).toEqual([]);
  });

  it('says of a fix of the extension that only its customers get it', async () => {
    const found = await rows(fixed('bash@4.2-1.el7_9?arch=x86_64', 'o:redhat:rhel_els:7'));

    expect(found[0]?.note).toBe('fixed for customers of Extended Life Cycle Support');
  });

  it('puts architectures and products with the same builds into one row', async () => {
    const all = ['aarch64', 'ppc64le', 's390x', 'x86_64'];
    const found = await rows(
      ...all.map((arch) => fixed(`bash@5.1.8-9.el9?arch=${arch}`)),
      fixed('bash@5.1.8-9.el9?arch=i686', 'a:redhat:enterprise_linux:9::crb'),
      fixed('bash@5.1.8-6.el9_2?arch=x86_64', 'a:redhat:rhel_e4s:9.2::appstream'),
      fixed('bash@5.1.8-6.el9_2?arch=x86_64', 'a:redhat:rhel_aus:9.2::appstream'),
    );

    expect(found.map(({ ranges, only }) => [ranges, only])).toEqual([
      [
        [{ fixed: '5.1.8-9.el9' }],
        { apart: ['cpe:/a:redhat:rhel_aus:9.2::appstream', 'cpe:/a:redhat:rhel_e4s:9.2::appstream'] },
      ],
      [
        [{ fixed: '5.1.8-6.el9_2' }],
        {
          architectures: ['x86_64'],
          repositories: ['cpe:/a:redhat:rhel_aus:9.2::appstream', 'cpe:/a:redhat:rhel_e4s:9.2::appstream'],
        },
      ],
    ]);
  });

  it('keeps the fixed versions of minor releases in one row', async () => {
    const found = await rows(fixed('bash@5.1.8-6.el9_3?arch=x86_64'), fixed('bash@5.1.8-9.el9?arch=x86_64'));

    expect(found.map(({ ranges }) => ranges)).toEqual([[{ fixed: '5.1.8-6.el9_3' }, { fixed: '5.1.8-9.el9' }]]);
  });

  it('pitfall 1: names sources where the document names no packages of a build', async () => {
    const build = await rows(fixed('python3@3.6.8-67.el8_10?epoch=0'), fixed('gcc@8.5.0-1.el8?arch=src&epoch=0'));
    const packages = await rows(
      fixed('python3-libs@3.6.8-67.el8_10?arch=x86_64'),
      fixed('python3@3.6.8-67.el8_10?arch=src'),
    );

    expect(build.map((row) => `${row.nameKind} ${row.package}`)).toEqual(['source python3', 'source gcc']);
    expect(packages.map((row) => `${row.nameKind} ${row.package}`)).toEqual(['binary python3-libs']);
  });

  it('keeps the source of a build of which the document names no packages, whatever it names of another one', async () => {
    const told = await rows(
      fixed('bash@5.1.8-9.el9?arch=x86_64'),
      fixed('bash@5.1.8-9.el9?arch=src'),
      fixed('bash@5.2.26-4.el10', 'o:redhat:enterprise_linux:10.0'),
      fixed('zlib@1.2.11-40.el9?arch=src'),
    );

    expect(told.map(({ namespace, nameKind, package: name }) => `${namespace} ${nameKind} ${name}`)).toEqual([
      'rhel:9 binary bash',
      'rhel:10 source bash',
      'rhel:9 source zlib',
    ]);
  });

  it('pitfall 2: keeps the module of a build, in every form that a document has for it', async () => {
    const label = await rows(
      fixed('redis@6.2-1.module%2Bel8.10?arch=x86_64&rpmmod=redis:6:8100020250113083959:489197e6'),
    );
    const source = await rows(open('podman?arch=src&rpmmod=container-tools:rhel8'));

    expect(label[0]?.only?.module).toBe('redis:6');
    expect(source[0]?.only?.module).toBe('container-tools:rhel8');
  });

  it('pitfall 2: finds the module that a package is a part of', async () => {
    const document = vexDocument('CVE-2024-0001', [fixed('redis@6.2-1.module%2Bel8?arch=x86_64')]) as {
      product_tree: { branches: { branches: object[] }[]; relationships: { relates_to_product_reference: string }[] };
    };
    document.product_tree.branches[0]!.branches.push({
      category: 'product_version',
      product: {
        product_id: 'redis:6:810:489',
        product_identification_helper: { purl: 'pkg:rpmmod/redhat/redis@6:810:489' },
      },
    });
    document.product_tree.relationships.push({
      full_product_name: { product_id: 'module' },
      product_reference: 'redis:6:810:489',
      relates_to_product_reference: rhel9,
    } as never);
    document.product_tree.relationships[0]!.relates_to_product_reference = 'module';

    expect((await read(document)).upserts[0]?.affected[0]?.only?.module).toBe('redis:6');
  });

  it('leaves out a module without a stream, and says so', async () => {
    const { upserts, notes } = await read(
      vexDocument('CVE-2024-0001', [open('firefox-flatpak?arch=src&rpmmod=rhel10'), open('firefox?arch=src')]),
    );

    expect(upserts[0]?.affected.map((row) => row.package)).toEqual(['firefox']);
    expect(notes).toEqual(['2024/cve-2024-0001.json: 1 products are left out (module-without-stream)']);
  });

  it('leaves out a build that stands for a whole module', async () => {
    const build = 'python39@3.9-8100020240826142629.d47b87a4?epoch=0&rpmmod=python39:3.9';

    expect(await rows(fixed(build))).toEqual([]);
    expect((await rows(open(build)))[0]).toMatchObject({ package: 'python39', only: { module: 'python39:3.9' } });
  });

  it('pitfall 3: writes an epoch where there is one', async () => {
    const found = await rows(fixed('a@1-1.el9?arch=x86_64&epoch=2'), fixed('b@1-1.el9?arch=x86_64&epoch=0'));

    expect(found.map(({ ranges }) => ranges[0]?.fixed)).toEqual(['2:1-1.el9', '1-1.el9']);
  });

  it('lets a fix of one minor release stand for what another one says without a version', async () => {
    const found = await rows(
      open('python3.9@3.9.18-3.el9_4.5?arch=src'),
      fixed('python3.9@3.9.18-3.el9_4.5'),
      open('python3.12?arch=src'),
    );

    expect(found.map((row) => `${row.package} ${row.state}`)).toEqual(['python3.9 fixed', 'python3.12 affected']);
  });

  it('takes the word that warns most where minor releases say different things', async () => {
    const found = await rows(
      open('bash?arch=src', { status: 'known_not_affected', product: 'a:redhat:enterprise_linux:9' }),
      open('bash?arch=src', { remedy: 'Will not fix' }),
      open('bash?arch=src', { product: 'a:redhat:enterprise_linux:9', remedy: 'Fix deferred' }),
    );

    expect(found.map(({ state }) => state)).toEqual(['deferred']);
  });

  it('has no rows for packages whose source says the same', async () => {
    const same = await rows(open('libtiff?arch=src'), open('libtiff-devel'), open('compat-libtiff3'));
    const other = await rows(open('libtiff?arch=src'), open('libtiff-devel', { status: 'known_not_affected' }));

    expect(same.map((row) => `${row.nameKind} ${row.package}`)).toEqual(['source libtiff', 'binary compat-libtiff3']);
    expect(other.map((row) => `${row.package} ${row.state}`)).toEqual([
      'libtiff affected',
      'libtiff-devel not-affected',
    ]);
  });

  it('has no rows for debugging symbols, nor for what is no rpm', async () => {
    const document = vexDocument('CVE-2024-0001', [fixed('bash-debuginfo@5-1.el9?arch=x86_64')]);
    const text = JSON.stringify(document).replaceAll('"pkg:rpm/redhat/bash-debuginfo', '"pkg:oci/bash');

    expect((await read(document)).removed).toEqual(['CVE-2024-0001']);
    expect(await read(JSON.parse(text) as object)).toMatchObject({
      upserts: [],
      removed: ['CVE-2024-0001'],
      notes: [],
    });
  });

  it('keeps nothing of other products that are not affected', async () => {
    expect(
      await rows(open('podman?arch=src', { status: 'known_not_affected', product: 'a:redhat:rhel_eus:9.4' })),
    ).toEqual([]);
  });

  it('pitfall 21: refuses a document whose id is no CVE', async () => {
    const { upserts, notes } = await read(vexDocument('CVE-20240001', [fixed('bash@5-1.el9?arch=x86_64')]));

    expect(upserts).toEqual([]);
    expect(notes).toEqual(['2024/cve-2024-0001.json: "CVE-20240001" is no id of a CVE']);
  });

  it.each(['2024/cve-2024-0001.json', 'CVE-2024-0001.json', 'vex/2024/CVE-2024-0001.json'])(
    'reads %s',
    async (path) => {
      const { upserts } = await read(vexDocument('CVE-2024-0001', [fixed('bash@5-1.el9?arch=x86_64')]), path);

      expect(upserts).toHaveLength(1);
    },
  );

  it('makes the same of the same, whatever its order', async () => {
    const statements = ['a@1-1.el9', 'b@1-1.el9', 'a@2-1.el9'].flatMap((name) =>
      ['x86_64', 'aarch64'].map((arch) => fixed(`${name}?arch=${arch}`)),
    );
    const texts = [statements, statements.toReversed()].map(async (list) =>
      (await rows(...list)).map((row) => JSON.stringify(row)).toSorted(),
    );

    expect(await texts[1]).toEqual(await texts[0]);
  });
});
