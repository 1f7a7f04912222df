import path from 'node:path';
import fc from 'fast-check';
import { describeVersionScheme } from '../../../test/support/version-conformance.ts';
import { conanVersions } from './conan.ts';

const item = fc.constantFrom('0', '0', '1', '2', '10', '01', 'a', 'b', '1a', 'cci', '20210118');
const items = fc.array(item, { minLength: 1, maxLength: 4 }).map((all) => all.join('.'));
const some = (mark: string): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constant(''),
    items.map((all) => `${mark}${all}`),
  );

describeVersionScheme({
  scheme: conanVersions,
  oracle: path.join(import.meta.dirname, 'fixtures/conan.txt'),
  versions: fc.tuple(items, some('-'), some('+')).map((parts) => parts.join('')),
  invalid: ['', ' ', '[>=1.0]', '1.0 ', '1 0', '~1', '1.0@user', '1.\u00e9', '-1'],
});
