import { expect, it } from 'vitest';
import { dockerArchive, layer } from '../../../test/support/image.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { scanJudged } from '../../../test/support/rpm-image.ts';
import { scanOne } from '../../../test/support/scan.ts';
import { writeTemporary } from '../../../test/support/temporary.ts';
import { parseReleaseFields } from '../../formats/release-file.ts';
import { isIncomplete } from '../../model/problem.ts';
import { alpineSecdb } from '../alpine/feed.ts';
import { detectListed } from './distributions.ts';
import { unreadDatabases } from './unread-databases.ts';

it.each([
  ['ID=alpaquita\nID_LIKE=alpine\nVERSION_ID=stream\n', 'alpaquita stream, BellSoft Alpaquita Linux stream'],
  [
    'ID=bellsoft-hardened-containers\nVERSION_ID="25"\n',
    'bellsoft-hardened-containers 25, BellSoft Hardened Containers 25',
  ],
  ['ID="cleanstart"\n', 'cleanstart rolling, CleanStart (rolling)'],
  ['ID=cleanstart\nVERSION_ID="../x"\n', 'cleanstart rolling, CleanStart (rolling)'],
  ['ID=alpine\nID_LIKE=cleanstart\nVERSION_ID=23\n', undefined],
  ['NAME=alpaquita\n', undefined],
])('recognises by os-release: %j', (text, expected) => {
  const found = detectListed({ path: 'etc/os-release', text, fields: parseReleaseFields(text) });
  expect(found && `${found.id} ${found.version}, ${found.name}`).toBe(expected);
});

it.each([
  ['alpaquita', '23'],
  ['cleanstart', '3.20.3'],
])('packages of %s are listed and said to be judged by nobody', async (id, version) => {
  const { packages, findings, problems } = await scanJudged({
    release: `ID=${id}\nID_LIKE=alpine\nVERSION_ID=${version}\n`,
    apks: [{ name: 'busybox', version: '1.36.1-r1' }],
    feed: alpineSecdb,
    documents: {},
  });

  expect(packages.map(({ purl }) => purl)).toEqual([
    `pkg:apk/${id}/busybox@1.36.1-r1?arch=x86_64&distro=${id}-${version}`,
  ]);
  expect(findings).toEqual([]);
  expect(problems.filter(isIncomplete).map(({ code, message }) => `${code}: ${message}`)).toContain(
    `packages.unwatched: 1 package (apk of ${id}:${version}) could not be judged: Drydock knows of no advisories for them.`,
  );
});

it('names databases of packages that are not read, each once a layer', async () => {
  const files = [
    'opt/spack/linux/hull-1.2-abc/.spack/spec.json',
    'opt/spack/linux/rope-1.0-abc/.spack/spec.json',
    'var/lib/flatpak/runtime/org.hull/x86_64/stable/abc/metadata',
    'app/build/packages/packages.toml',
    'app/build/packages/rope/gleam.toml',
    'app/gleam.toml',
    'app/.mise.toml',
    'app/spec.json',
    'app/metadata',
    'etc/packages.toml',
  ].map((path) => ({ path, content: 'x' }));

  const { problems } = await readLayerWith(unreadDatabases, files);

  expect(problems.map(({ code, path, message }) => `${code} ${path}: ${message}`).sort()).toEqual([
    'lockfile.unreadable app/.mise.toml: what a project asks mise for is not read: mise ls tells it',
    'lockfile.unreadable app/gleam.toml: what a project asks Gleam for is not read: gleam deps list tells it',
    'packages.unread app/build/packages/packages.toml: packages of Hex that Gleam fetched are not read: gleam deps list tells them',
    'packages.unread opt/spack/linux/hull-1.2-abc/.spack/spec.json: packages that Spack installed are not read: spack find lists them (2 such files)',
    'packages.unread var/lib/flatpak/runtime/org.hull/x86_64/stable/abc/metadata: what Flatpak installed is not read: flatpak list tells it',
  ]);
});

it('an image with such a database is not complete', async () => {
  const files = [{ path: 'opt/spack/hull/.spack/spec.json', content: '{}' }];
  const { problems } = await scanOne(writeTemporary('spack.tar', dockerArchive({ layers: [layer(files)] })));

  expect(problems).toContainEqual(
    expect.objectContaining({ code: 'packages.unread', path: 'opt/spack/hull/.spack/spec.json', layer: 0 }),
  );
});
