import { describe, expect, it } from 'vitest';
import { packagePurl } from './purl.ts';

describe('packagePurl', () => {
  it.each<[string, string, string, string]>([
    ['npm', 'lodash', '4.17.21', 'pkg:npm/lodash@4.17.21'],
    ['npm', '@Scope/Name', '1', 'pkg:npm/%40Scope/Name@1'],
    ['maven', 'org.apache.commons:commons-text', '1.9', 'pkg:maven/org.apache.commons/commons-text@1.9'],
    ['maven', 'without-group', '1', 'pkg:maven/without-group@1'],
    ['golang', 'github.com/Azure/go-autorest/v14', 'v14.2.0', 'pkg:golang/github.com/Azure/go-autorest/v14@v14.2.0'],
    ['golang', 'stdlib', '1.22.1', 'pkg:golang/stdlib@1.22.1'],
    ['composer', 'Vendor/Name', '1', 'pkg:composer/vendor/name@1'],
    ['pypi', 'Flask_.Cors', '1', 'pkg:pypi/flask-cors@1'],
    ['nuget', 'Newtonsoft.Json', '13.0.1', 'pkg:nuget/Newtonsoft.Json@13.0.1'],
    ['gem', 'rails', '7.0', 'pkg:gem/rails@7.0'],
    ['cargo', 'serde', '1.0.1+build', 'pkg:cargo/serde@1.0.1%2Bbuild'],
    ['cargo', 'odd/name', '1', 'pkg:cargo/odd%2Fname@1'],
    ['conda', 'numpy', '1', 'pkg:conda/numpy@1'],
    ['generic', 'openjdk/jre', '17', 'pkg:generic/openjdk/jre@17'],
    ['npm', 'no-version', '', 'pkg:npm/no-version'],
    ['npm', 'a b', '1?', 'pkg:npm/a%20b@1%3F'],
    ['npm', '/', '1', 'pkg:npm/%2F@1'],
  ])('%s %s %s', (type, name, version, expected) => {
    expect(packagePurl({ type, name, version })).toBe(expected);
  });

  it('has the distribution of a package as its namespace', () => {
    const pkg = { type: 'deb', name: 'libc6', version: '2.36-9', arch: 'amd64' };

    expect(packagePurl(pkg, { id: 'debian', version: '12' })).toBe(
      'pkg:deb/debian/libc6@2.36-9?arch=amd64&distro=debian-12',
    );
    expect(packagePurl(pkg)).toBe('pkg:deb/libc6@2.36-9?arch=amd64');
  });
});
