import type { AdvisoryHit, AdvisorySource } from '../../src/model/advisory.ts';
import { apkInstalled, dpkgStatus } from './databases.ts';
import type { ImageContent } from './image.ts';
import { layer } from './image.ts';
import { type FixtureArchive, fixtureFiles } from './language-fixtures.ts';
import { alpineFiles, debianFiles, debianLayer, debianPackages } from './root-file-systems.ts';
import { ndbDatabase, rpmHeader, type TestRpm } from './rpm.ts';
import { hasShared } from './shared.ts';
import type { TarEntry } from './tar.ts';

const status = 'var/lib/dpkg/status';

/** A source for which every version of every package has two vulnerabilities, one named by its source package. */
export function everythingAffected(): AdvisorySource {
  const hit = (namespace: string, name: string, nameKind: 'source' | 'binary'): AdvisoryHit => ({
    feed: 'everything',
    advisory: {
      key: `${namespace} ${name} ${nameKind}`,
      id: `TEST-${nameKind}-${name}`,
      aliases: [],
      severity: nameKind === 'source' ? 'high' : 'low',
      urls: ['https://advisories.example/1'],
    },
    affected: { namespace, package: name, nameKind, state: 'affected', ranges: [{ introduced: '0' }] },
  });
  return {
    lookUp: (keys) =>
      keys.map(({ namespace, package: name }) => [hit(namespace, name, 'source'), hit(namespace, name, 'binary')]),
    byId: () => [],
    hasNamespace: () => true,
    status: () => ({ generation: 1, builtAt: '2026-05-01T00:00:00Z', feeds: [], starter: false }),
  };
}

const history = (...instructions: readonly string[]): NonNullable<ImageContent['history']> =>
  instructions.map((text) => ({
    created: '2024-01-01T00:00:00Z',
    created_by: text,
    ...(/^(?:CMD|ENV) /.test(text) && { empty_layer: true }),
  }));

const rpms: readonly TestRpm[] = [
  { name: 'bash', version: '5.1.8', release: '9.el9', licence: 'GPLv3+', vendor: 'Red Hat, Inc.' },
  { name: 'openssl-libs', version: '3.0.7', release: '24.el9', epoch: 1, sourceRpm: 'openssl-3.0.7-24.el9.src.rpm' },
  {
    name: 'nodejs',
    version: '18.19.1',
    release: '1.module+el9',
    epoch: 1,
    modularityLabel: 'nodejs:18:9030020240301:rhel9',
  },
  { name: 'strange (one)', version: '1', release: '1', vendor: 'Somebody (else)', licence: 'LGPLv2+ and (MIT or "x")' },
];

const redhatRoot: readonly TarEntry[] = [
  { path: 'etc/os-release', content: 'NAME="Red Hat Enterprise Linux"\nID="rhel"\nVERSION_ID="9.4"\n' },
  { path: 'var/lib/rpm/Packages.db', content: ndbDatabase(rpms.map(rpmHeader)) },
  {
    path: 'root/buildinfo/content_manifests/a.json',
    content: '{"metadata":{},"content_sets":["rhel-9-for-x86_64-baseos-rpms"]}',
  },
];

const npm = (folder: string, name: string, version: string, more: object = {}): TarEntry => ({
  path: `${folder}/node_modules/${name}/package.json`,
  content: JSON.stringify({ name, version, ...more }),
});

const python = (name: string, version: string): TarEntry => ({
  path: `usr/local/lib/python3.12/site-packages/${name}-${version}.dist-info/METADATA`,
  content: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\nLicense: MIT\nRequires-Dist: idna (>=2)\n`,
});

const apps: readonly TarEntry[] = [
  npm('app', 'lodash', '4.17.20', { license: 'MIT', dependencies: { minimist: '1' } }),
  npm('app', '@scope/thing', '1.0.0', { license: '(MIT OR Apache-2.0)' }),
  npm('app', 'minimist', '1.2.5', { license: 'SEE LICENSE IN x' }),
  npm('other', 'lodash', '4.17.20'),
  python('Flask_Cors', '3.0.8'),
  python('idna', '2.10'),
  {
    path: 'app/package-lock.json',
    content: JSON.stringify({
      name: 'a',
      lockfileVersion: 3,
      packages: { '': {}, 'node_modules/ms': { version: '2.0.0', dev: true } },
    }),
  },
  { path: 'app/requirements.txt', content: 'django==3.2.1\nrequests>=2\n' },
];

/** Images of every kind, each with what makes it worth a look. */
export const sbomImages: readonly (readonly [title: string, content: ImageContent])[] = [
  ['Debian of one layer', { layers: [debianLayer()] }],
  [
    'Debian with an upgrade, a removal and instructions without layers',
    {
      layers: [
        debianLayer(),
        layer([{ path: 'app/server', content: 'a program\n', mode: 0o755 }]),
        layer([
          {
            path: status,
            content: dpkgStatus(
              debianPackages
                .map((pkg) => (pkg.name === 'libssl3' ? { ...pkg, version: '3.0.15-1~deb12u1' } : pkg))
                .slice(0, -1),
            ),
          },
        ]),
      ],
      history: history(
        'ADD file:0123 in / ',
        'CMD ["bash"]',
        'COPY app /app # buildkit',
        'ENV A=b',
        'RUN apt-get upgrade -y',
      ),
    },
  ],
  [
    'Debian whose database a layer removes',
    {
      layers: [debianLayer(), layer([{ path: 'var/lib/dpkg/.wh.status' }])],
      history: history('ADD file:0123 in / ', 'RUN rm -rf /var/lib/dpkg'),
    },
  ],
  [
    'Debian with packages dropped from the database',
    { layers: [debianLayer(), layer([{ path: status, content: dpkgStatus(debianPackages.slice(0, 2)) }])] },
  ],
  ['an old Debian, whose life has ended', { layers: [debianLayer({ release: '11' })] }],
  [
    'Debian of two architectures',
    {
      layers: [
        debianLayer({
          packages: [...debianPackages, { name: 'libc6', version: '2.36-9+deb12u3', source: 'glibc', arch: 'i386' }],
        }),
      ],
    },
  ],
  [
    'Debian with applications',
    { layers: [debianLayer(), layer([...apps])], history: history('ADD file:0123 in / ', 'COPY . /app') },
  ],
  [
    'Debian with the same package in two layers',
    { layers: [debianLayer({ more: [npm('a', 'lodash', '4.17.20')] }), layer([npm('b', 'lodash', '4.17.20')])] },
  ],
  [
    'Debian that owns a language package',
    {
      layers: [
        debianLayer({
          packages: [
            ...debianPackages,
            {
              name: 'python3-six',
              version: '1.16.0-4',
              source: 'six',
              files: ['usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA'],
            },
          ],
          more: [
            {
              path: 'usr/lib/python3/dist-packages/six-1.16.0.dist-info/METADATA',
              content: 'Metadata-Version: 2.1\nName: six\nVersion: 1.16.0\n',
            },
          ],
        }),
      ],
    },
  ],
  ['Alpine', { layers: [layer(alpineFiles())] }],
  [
    'Alpine with a second layer',
    {
      layers: [
        layer(alpineFiles()),
        layer([
          {
            path: 'lib/apk/db/installed',
            content: apkInstalled([
              { name: 'musl', version: '1.2.5-r1', license: 'MIT' },
              { name: 'curl', version: '8.5.0-r0', license: 'curl' },
            ]),
          },
        ]),
      ],
    },
  ],
  ['Red Hat with modules, epochs and repositories', { layers: [layer([...redhatRoot])] }],
  ['an application without a distribution', { layers: [layer([...apps])] }],
  [
    'a distribution that nobody knows',
    {
      layers: [
        layer([
          { path: 'etc/os-release', content: 'ID=mooring\nVERSION_ID=2\n' },
          { path: status, content: dpkgStatus(debianPackages) },
        ]),
      ],
    },
  ],
  ['nothing', { layers: [layer([{ path: 'a', content: '' }])] }],
  [
    'names and versions that are to break a document',
    {
      layers: [
        layer(
          debianFiles({
            packages: [
              { name: 'a', version: '1:2~3+4', source: 'b@c (5@6)' },
              { name: 'x"y', version: '<&>\u202e\u0085' },
              { name: 'name with blanks', version: '1%2F2?a=b#c' },
            ],
            more: [npm('a', '__proto__', '1.0.0'), npm('a', 'constructor', '../../etc/passwd')],
          }),
        ),
      ],
      history: history('RUN echo "\\"\u001b[31m\u202e"'),
    },
  ],
];

const listers: readonly (readonly [FixtureArchive, string])[] = [
  ['osv-scalibr-language', 'language/java'],
  ['osv-scalibr-language', 'language/javascript'],
  ['osv-scalibr-language', 'language/python'],
  ['osv-scalibr-language', 'language/ruby'],
  ['osv-scalibr-language', 'language/rust'],
  ['syft', 'java'],
  ['syft', 'javascript'],
  ['syft', 'python'],
  ['syft', 'php'],
];

/** Images of reference files: each with all files of some languages. Empty where the reference data is absent. */
export function fixtureImages(): readonly (readonly [title: string, content: ImageContent])[] {
  if (!hasShared) return [];
  return listers.map(([archive, folder]) => {
    const files = [...fixtureFiles(archive, folder)].map(
      ([path, content]): TarEntry => ({ path: `srv/${path}`, content, mode: 0o755 }),
    );
    return [`files of ${archive}, ${folder}`, { layers: [debianLayer(), layer(files)] }];
  });
}
