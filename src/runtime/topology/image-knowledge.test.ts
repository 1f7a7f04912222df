import { expect, test } from 'vitest';
import { makePackage, makeView } from '../../../test/support/view.ts';
import type { Finding } from '../../model/finding.ts';
import type { Severity } from '../../model/severity.ts';
import type { ImageView, SeenFile } from '../../model/view.ts';
import { PackagePlaces } from '../package-places.ts';
import { packagesInUse } from '../products/packages-in-use.ts';
import type { FileUse } from '../products/touched-files.ts';
import { imageFiles, keepKnowledge, knownImage } from './image-knowledge.ts';

const nginx = makePackage('nginx', '1.26');
const libc = makePackage('libc6', '2.41', { arch: 'amd64' });
const perl = makePackage('perl', '5.40');
const module = makePackage('golang.org/x/net', '0.1', { type: 'golang', locations: ['srv/api'] });

const owners: Readonly<Record<string, string>> = {
  'usr/sbin/nginx': 'nginx',
  'usr/lib/libc.so.6': 'libc6:amd64',
  'usr/bin/perl': 'perl',
};
const paths = [...Object.keys(owners), 'srv/api', 'srv/readme'];

function view(): ImageView {
  const seen = (path: string): SeenFile => ({
    ...{ layer: 0, type: 'file', size: 1, uid: 0, gid: 0, path: () => path },
    mode: path.endsWith('.6') || path.endsWith('readme') ? 0o644 : 0o755,
    capabilities: () => undefined,
    bringer: () => undefined,
  });
  return makeView({
    packages: [nginx, libc, perl, module],
    ownerOf: (path) => owners[path],
    resolve: (path) =>
      paths.includes(path)
        ? { found: true, file: { layer: 0, path, header: { path } as never } }
        : { found: false, reason: 'absent' },
    each: (visit) => {
      for (const path of paths) visit(seen(path));
    },
  });
}

function finding(id: string, severity: Severity, { name, version, purl }: typeof nginx, more: object = {}): Finding {
  return { kind: 'vulnerability', id, severity, package: { name, version, purl }, ...more } as Finding;
}

const findings = [
  finding('CVE-1', 'low', nginx),
  finding('CVE-2', 'critical', nginx, { fixedVersion: '1.27' }),
  finding('CVE-3', 'high', libc),
  finding('CVE-4', 'critical', perl, { suppressed: { by: 'policy', reason: 'no' } }),
  finding('CVE-5', 'medium', module, { score: { kev: true, epss: 0.4, cvss: [] } }),
];

test('a process uses the packages that an observed run of the image would be said to use', () => {
  const known = knownImage(keepKnowledge(findings, imageFiles(view()), 0));
  const used = new Map<string, FileUse>([
    ['/usr/sbin/nginx', 'executed'],
    ['/usr/lib/libc.so.6', 'loaded'],
    ['/srv/api', 'executed'],
  ]);

  const observed = packagesInUse(used, [], new PackagePlaces(view())).map(({ purl }) => purl);
  const ours = [...used.keys()].flatMap((path) => known.packagesOf(path)).map((index) => known.packages[index]!.purl);

  expect(ours.toSorted()).toEqual(observed.toSorted());
  expect(ours).toHaveLength(3);
});

test('packages have their gravest vulnerability first, and none that somebody accepted', () => {
  const known = knownImage(JSON.parse(JSON.stringify(keepKnowledge(findings, imageFiles(view()), 0))));

  expect(known.packages.map(({ name, vulnerabilities }) => [name, vulnerabilities.map(({ id }) => id)])).toEqual([
    ['nginx', ['CVE-2', 'CVE-1']],
    ['libc6', ['CVE-3']],
    ['golang.org/x/net', ['CVE-5']],
  ]);
  expect(known.packages[2]?.vulnerabilities[0]).toMatchObject({ knownExploited: true, epss: 0.4 });
  expect(known.packagesOf('/usr/bin/perl')).toEqual([]);
  expect([known.hasFile('/srv/readme'), known.hasFile('/tmp/miner')]).toEqual([true, false]);
});
