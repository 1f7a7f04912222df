import { expect } from 'vitest';
import { holdsFixturesOf } from '../../../test/support/hold-fixtures.ts';
import { dart } from './index.ts';

const shownAs = (path: string): string => (path.endsWith('.yaml') ? 'app/pubspec.yaml' : 'app/pubspec.lock');

holdsFixturesOf({
  analyzers: dart.analyzers,
  type: 'pub',
  listers: [
    ['osv-scalibr-language', 'language/dart/pubspec', shownAs],
    ['syft', 'dart', shownAs],
  ],
  explained: {
    // Syft leaves out what an SDK brings where the lockfile does not say which one; it is listed as it stands there, as osv-scalibr does.
    'dart/testdata/invalid-sdk/pubspec.lock': ['flutter@0.0.0'],
    'dart/testdata/missing-sdk/pubspec.lock': ['flutter@0.0.0'],
  },
  // What a manifest wants is listed with it; Syft lists the project alone.
  of: (packages, path) => (path.endsWith('.yaml') ? packages.slice(0, 1) : packages),
  also(packages, one, content) {
    for (const { name, evidence } of one.path.endsWith('.yaml') ? packages.slice(1) : []) {
      expect([evidence, content.toString()]).toEqual(['manifest', expect.stringContaining(`\n  ${name}:`)]);
    }
    for (const { name, groups } of one.packages.filter((expected) => expected.groups !== undefined)) {
      expect(packages.find((found) => found.name === name)?.groups).toEqual(groups);
    }
  },
});
