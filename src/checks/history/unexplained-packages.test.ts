import { describe, expect, it } from 'vitest';
import { buildkitHistory } from '../../../test/support/history.ts';
import { judgeWith, makeLayers, makePackage, makeView, type ViewParts } from '../../../test/support/view.ts';
import { isFinding } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import { history } from './index.ts';

const status = 'var/lib/dpkg/status';

/** Layers of a build file, of which those that are named bring the database. */
async function told(
  rule: string,
  file: string,
  databases: readonly number[],
  more: ViewParts = {},
): Promise<Finding[]> {
  const entries = buildkitHistory(file);
  const layered = entries.filter(({ layerIndex }) => layerIndex !== undefined);
  const view = makeView({
    packages: [makePackage('base-files', '12')],
    facts: databases.map((layer) => ({
      layer,
      fact: { kind: 'package-database', slot: 'dpkg', path: status, packages: [] },
    })),
    ...more,
    image: { history: entries, layers: makeLayers(...layered.map(({ instruction }) => instruction)) },
  });
  return (await judgeWith(history, view, '2026-06-01T00:00:00Z')).filter(isFinding).filter(({ id }) => id === rule);
}

const base = 'ADD rootfs.tar /\n';

describe('install-without-packages', () => {
  it('tells of a layer that has no database although packages were installed', async () => {
    const found = await told(
      'install-without-packages',
      `${base}RUN apt-get update && apt-get install -y curl gcc`,
      [0],
    );

    expect(found).toMatchObject([
      {
        severity: 'medium',
        confidence: 'medium',
        layer: { index: 1 },
        evidence: 'It installs curl, gcc; layer 1 does not have the database of dpkg.',
      },
    ]);
  });

  it.each<{ title: string; file: string; databases?: readonly number[]; more?: ViewParts }>([
    { title: 'the layer has the database', file: 'RUN apt-get install -y curl', databases: [0, 1] },
    { title: 'no lower layer has one', file: 'RUN apt-get install -y curl', databases: [] },
    { title: 'packages are there already', file: 'RUN apt-get install -y base-files=12' },
    { title: 'it may not have run', file: 'RUN if test -e x; then apt-get install -y curl; fi' },
    { title: 'it runs where the first fails', file: 'RUN which curl || apt-get install -y curl' },
    { title: 'another runs where it fails', file: 'RUN apt-get install -y curl || true' },
    { title: 'it installs elsewhere', file: 'RUN apt-get install -o RootDir=/x -y curl' },
    { title: 'it downloads', file: 'RUN apt-get install --download-only -y curl' },
    { title: 'a variable decides', file: 'RUN apt-get install -y $PACKAGES' },
    { title: 'a file decides', file: 'RUN apt-get install -y ./x.deb' },
    { title: 'another package manager is meant', file: 'RUN apk add curl' },
    {
      title: 'the layer was not read',
      file: 'RUN apt-get install -y curl',
      more: { problems: [{ code: 'layer.truncated', message: 'x', layer: 1 }] },
    },
    {
      title: 'the layer removes the database, which is told',
      file: 'RUN apt-get install -y curl',
      more: { databases: [{ slot: 'dpkg', path: status, layer: 0, removedBy: 1 }] },
    },
  ])('says nothing where $title', async ({ file, databases = [0], more = {} }) => {
    expect(await told('install-without-packages', base + file, databases, more)).toEqual([]);
  });
});

describe('package-database-unexplained', () => {
  it.each(['COPY app /srv/', 'COPY app srv', 'COPY --from=build /out /usr/local', 'WORKDIR /srv', 'ADD x.tar /opt'])(
    'tells of a database that came with %s',
    async (line) => {
      const found = await told('package-database-unexplained', base + line, [0, 1]);

      expect(found).toMatchObject([{ severity: 'high', layer: { index: 1 }, location: { path: status } }]);
    },
  );

  it.each<{ title: string; file: string; databases?: readonly number[] }>([
    { title: 'the first layer', file: '', databases: [0] },
    { title: 'a file system that is copied whole', file: 'COPY --from=build / /' },
    { title: 'one that is copied to where it is', file: 'WORKDIR /\nCOPY rootfs .', databases: [0, 2] },
    { title: 'a destination around it', file: 'COPY lib /var/lib/' },
    { title: 'the database itself', file: `COPY x /${status}` },
    { title: 'a RUN', file: 'RUN true' },
    { title: 'a layer without it', file: 'COPY app /srv/', databases: [0] },
  ])('says nothing of $title', async ({ file, databases = [0, 1] }) => {
    expect(await told('package-database-unexplained', base + file, databases)).toEqual([]);
  });
});
