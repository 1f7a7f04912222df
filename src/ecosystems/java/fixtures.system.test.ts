import { describe, expect, it } from 'vitest';
import {
  type FixtureCase,
  fixtureCases,
  fixtureFiles,
  named,
  readFixture,
} from '../../../test/support/language-fixtures.ts';
import { readLayerWith } from '../../../test/support/layers.ts';
import { hasShared } from '../../../test/support/shared.ts';
import { zip } from '../../../test/support/zip.ts';
import { javaArchives } from './archives.ts';
import { java } from './index.ts';

const { analyzers } = java;
const testdata = 'language/java/archive/testdata';

/** What a lister reads, and the path under which it is shown; `*` is the name of the file. */
const listers: Readonly<Record<string, string>> = {
  'language/java/archive': 'app/*',
  'language/java/gradlelockfile': 'app/gradle.lockfile',
  'language/java/gradleverificationmetadataxml': 'app/gradle/verification-metadata.xml',
  'language/java/gradleversioncatalog': 'app/gradle/libs.versions.toml',
  'language/java/pomxml': 'app/pom.xml',
};

/** Files whose names are no names of archives. The last is the name under which its manifest was published. */
const shownAs: Readonly<Record<string, string>> = {
  [`${testdata}/not_jar`]: 'not_jar.jar',
  'testdata/invalid-ids/MANIFEST.MF': 'invalid-ids.jar',
  'testdata/known-group-id/MANIFEST.MF': 'known-group-id.jar',
  'testdata/axis/MANIFEST.MF': 'axis.jar',
  'testdata/manifest-symbolicname/MANIFEST.MF': 'failureaccess-1.0.1.jar',
};

interface Difference {
  /** `name@version` that we have and its publisher has not. */
  readonly extra?: readonly string[];
  readonly missing?: readonly string[];
  readonly reason: string;
}

const inventedGroup = 'nothing in the archive tells a group, and the name of the artifact, said twice, is none';

/** By lister, the words of the case and the manifest that it puts into the archive. */
const explained: Readonly<Record<string, Difference>> = {
  'archive: Jar file with invalid pom.properties': {
    extra: ['package-name@1.2.3'],
    reason: 'the descriptor has artifact and version: the package is listed, with its group unknown',
  },
  'archive: Jar file with no pom.properties and manifest, and IdentifyByFilename enabled, no_pom_properties-2.4.0.jar':
    {
      missing: ['no_pom_properties:no_pom_properties@2.4.0'],
      extra: ['no_pom_properties@2.4.0'],
      reason: inventedGroup,
    },
  'archive: Jar file with no pom.properties but has manifest, and IdentifyByFilename enabled, manifest-no-group-id': {
    missing: ['no_pom_properties:no_pom_properties@2.4.0'],
    extra: ['no_pom_properties@2.4.0'],
    reason: inventedGroup,
  },
  'archive: Jar file with invalid pom.properties and manifest, IdentifyByFilename enabled': {
    missing: ['pom_missing_group_id:pom_missing_group_id@2.4.0'],
    extra: ['package-name@1.2.3', 'pom_missing_group_id@2.4.0'],
    reason: `${inventedGroup}; the descriptor in it names another package`,
  },
  'archive: Nested_jars_with_pom.properties_at_depth_10': {
    missing: ['com.some.package:package-name@1.2.3'],
    reason: 'deeper than the limit; the problem says so, and it is found where the limit allows it (below)',
  },
  'archive: Ignore inner pom.properties because max opened bytes reached': {
    extra: ['com.some.anotherpackage:another-package-name@3.2.1'],
    reason: 'their limit is lower',
  },
  'archive: Test_MANIFEST.MF_with_no_valid_ArtifactID': {
    extra: ['com.google.src:com.google.src.yolo@0.1.2'],
    reason: 'the name of the file and that of the bundle agree; their setting does not look at the former',
  },
  'archive: Test MANIFEST.MF with symbolic name, manifest-symbolicname': {
    missing: ['com.google.guava.failureaccess:failureaccess@1.0.1'],
    extra: ['com.google.guava:failureaccess@1.0.1'],
    reason: 'the name of a bundle is group and artifact; it was published as com.google.guava:failureaccess',
  },
  'gradleverificationmetadataxml: missing attribute': {
    missing: [':pdfbox@2.0.17', 'org.apache.pdfbox:@2.0.17'],
    reason: 'the schema of the file demands group and name; the problem counts the two that have none',
  },
  'pomxml: multi version dependency': {
    extra: ['abc:example.com@1.1.1'],
    reason: 'the project asks for both, and Maven takes the last',
  },
};

function keyOf({ lister, title, path, options }: FixtureCase): string {
  const words = `${lister.slice(lister.lastIndexOf('/') + 1)}: ${title}`;
  const manifest = /testdata\/([\w-]+)\//.exec(String(options?.['contentPath'] ?? ''))?.[1];
  const whole = `${words}, ${manifest ?? path.slice(path.lastIndexOf('/') + 1)}`;
  return whole in explained ? whole : manifest === undefined ? words : whole;
}

/** The files of a case; one may bring nothing but the manifest of an archive. */
function shown(one: FixtureCase, as: string): ReadonlyMap<string, Buffer> {
  const manifest = one.options?.['contentPath'] as string | undefined;
  const name = shownAs[manifest ?? ''] ?? shownAs[one.path] ?? one.path.slice(one.path.lastIndexOf('/') + 1);
  const file =
    manifest === undefined
      ? contentOf(one.path)
      : zip([{ name: 'META-INF/MANIFEST.MF', content: contentOf(manifest.replace('testdata', testdata)) }]);
  const parent = one.title.startsWith('with parent')
    ? contentOf(one.path.replace('with-parent.xml', 'parent/pom.xml'))
    : undefined;
  return new Map([[as.replace('*', name), file], ...(parent ? ([['app/parent/pom.xml', parent]] as const) : [])]);
}

function contentOf(path: string): Buffer {
  const content = fixtureFiles('osv-scalibr-language', path).get('');
  if (content === undefined) throw new Error(`${path} is not there`);
  return content;
}

describe.skipIf(!hasShared)('archives and build files of the reference data', () => {
  const used = new Set<string>();

  for (const [lister, as] of Object.entries(listers)) {
    const cases = hasShared ? fixtureCases('osv-scalibr-language', lister) : [];
    it.each(cases.map((one) => [keyOf(one), one] as const))('%s', async (key, one) => {
      const { packages, problems } = await readFixture(analyzers, shown(one, as));

      const have = named(packages);
      const expected = named(one.packages);
      const { missing = [], extra = [] } = explained[key] ?? {};
      if (key in explained) used.add(key);
      expect({
        missing: expected.filter((name) => !have.includes(name)),
        extra: have.filter((name) => !expected.includes(name)),
      }).toEqual({ missing, extra });
      if (one.expectError === true && extra.length === 0) expect(problems).not.toEqual([]);
      for (const { code } of problems) {
        expect(['file.format', 'archive.limit', 'lockfile.unreadable']).toContain(code);
      }
    });
  }

  it('explains no difference that there is not', () => {
    expect([...used].sort()).toEqual(Object.keys(explained).sort());
  });

  it('finds what is nested as deep as the limit allows', async () => {
    const content = contentOf(`${testdata}/nested_at_10.jar`);

    const { facts } = await readLayerWith(javaArchives, [{ path: 'a.jar', content }], { archiveDepth: 12 });

    expect(facts).toMatchObject([{ package: { name: 'com.some.package:package-name', version: '1.2.3' } }]);
  });

  it('has the groups that their publisher tells', async () => {
    const [one] = fixtureCases('osv-scalibr-language', 'language/java/pomxml').filter(
      ({ title }) => title === 'with scope',
    );

    const { packages } = await readFixture(analyzers, shown(one!, 'app/pom.xml'));

    const { packages: expected } = one!;
    expect(packages.map(({ name, groups }) => ({ name, groups }))).toEqual(
      expected.map(({ name, groups }) => ({ name, groups })),
    );
  });
});

describe.skipIf(!hasShared)('Java runtimes of the reference data', () => {
  const cases = hasShared ? fixtureCases('syft', 'java').filter(({ path }) => path.includes('jvm-installs')) : [];

  it.each(cases.map((one) => [one.title, one] as const))('%s', async (_, one) => {
    const files = fixtureFiles('syft', one.path.replace(/\/release$/, ''));
    const { packages, problems } = await readFixture(analyzers, files);

    expect(named(packages)).toEqual(named(one.packages));
    expect(packages.map(({ type }) => type)).toEqual(['generic']);
    expect(problems).toEqual([]);
  });
});

/** Unpacked archives of syft, which come without a list: what they are is known where they were published. */
describe.skipIf(!hasShared)('unpacked archives of the reference data, packed again', () => {
  it.each([
    ['api-all-2.0.0-sources', 'api-all-2.0.0-sources.jar', []],
    ['jackson-core-2.15.2', 'jackson-core-2.15.2.jar', ['com.fasterxml.jackson.core:jackson-core@2.15.2']],
    [
      'com.fasterxml.jackson.core.jackson-core-2.15.2',
      'com.fasterxml.jackson.core.jackson-core-2.15.2.jar',
      ['com.fasterxml.jackson.core:jackson-core@2.15.2'],
    ],
    ['commons-lang3-3.12.0', 'commons-lang3-3.12.0.jar', ['org.apache.commons:commons-lang3@3.12.0']],
    ['jenkins-plugins/gradle/2.11', 'gradle.hpi', ['org.jenkins-ci.plugins:gradle@2.11']],
    ['micronaut-aop-4.9.11', 'micronaut-aop-4.9.11.jar', ['io.micronaut:micronaut-aop@4.9.11']],
    [
      'multiple-matching-2.11.5',
      'multiple-matching-2.11.5.jar',
      [
        'multiple-matching@2.11.5',
        'org.multiple:multiple-matching-1@2.11.5',
        'org.multiple:multiple-matching-2@2.11.5',
        'org.multiple:multiple-matching-3@2.11.5',
      ],
    ],
    ['opensaml-core-3.4.6', 'opensaml-core-3.4.6.jar', ['org.opensaml:opensaml-core@3.4.6']],
    [
      'org.multiple-thename',
      'org.multiple-thename.jar',
      ['com.multiple:thename@10.11.12', 'org.multiple:thename@10.11.12'],
    ],
    ['spring-instrumentation-4.3.0-1.0', 'spring-instrumentation-4.3.0-1.0.jar', ['spring-instrumentation-4.3.0@1.0']],
  ])('%s', async (folder, name, expected) => {
    const files = fixtureFiles('syft', `java/testdata/jar-metadata/${folder}`);
    const archive = zip([...files].map(([path, content]) => ({ name: path, content })));

    const { packages, problems } = await readFixture(analyzers, new Map([[`opt/${name}`, archive]]));

    expect(named(packages)).toEqual(expected);
    expect(problems).toEqual([]);
  });
});
