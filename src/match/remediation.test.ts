import { describe, expect, it } from 'vitest';
import { makePackage } from '../../test/support/view.ts';
import type { AdvisoryState } from '../model/advisory.ts';
import type { Package } from '../model/package.ts';
import { remediationFor } from './remediation.ts';

function upgrade(type: string, name: string, version: string, more: Partial<Package> = {}): string | undefined {
  return remediationFor(
    makePackage(name, '1', { type, locations: [], ...more }),
    { state: 'fixed' },
    version,
    'binary',
  );
}

describe('remediationFor', () => {
  it.each([
    ['deb', 'libssl3', '3.0.15-1~deb12u1', 'apt-get install --only-upgrade libssl3=3.0.15-1~deb12u1'],
    ['alpm', 'curl', '8.5.0-1', 'pacman -Syu'],
    ['apk', 'libssl3', '3.1.4-r1', "apk add --upgrade 'libssl3>=3.1.4-r1'"],
    ['npm', '@babel/core', '7.1.0', 'npm install @babel/core@7.1.0'],
    ['pypi', 'requests', '2.31.0', "pip install --upgrade 'requests>=2.31.0'"],
    ['golang', 'golang.org/x/net', '0.17.0', 'go get golang.org/x/net@v0.17.0'],
    ['golang', 'golang.org/x/net', 'v0.17.0', 'go get golang.org/x/net@v0.17.0'],
    ['gem', 'rack', '2.2.3', 'gem install rack --version 2.2.3'],
    ['cargo', 'time', '0.2.23', 'cargo update --package time --precise 0.2.23'],
    ['composer', 'twig/twig', '2.0', 'composer require twig/twig:2.0'],
    ['nuget', 'Newtonsoft.Json', '13.0.1', 'dotnet add package Newtonsoft.Json --version 13.0.1'],
    ['hex', 'plug', '1.0', 'Upgrade plug to 1.0 or later.'],
  ])('%s %s %s', (type, name, version, expected) => {
    expect(upgrade(type, name, version)).toBe(expected);
  });

  it.each([
    ['rhel:9', 'dnf upgrade openssl-libs-1:3.0.7-27.el9'],
    ['azurelinux:3.0', 'tdnf update openssl-libs-1:3.0.7-27.el9'],
    ['sles:15.5', 'zypper update openssl-libs-1:3.0.7-27.el9'],
  ])('rpm of %s', (distribution, expected) => {
    expect(upgrade('rpm', 'openssl-libs', '1:3.0.7-27.el9', { distribution })).toBe(expected);
  });

  it.each([
    ['a name that is shell code', 'a; rm -rf /', '1', "npm install 'a; rm -rf /@1'"],
    ['a name with a quote', "a'b", '1', `npm install 'a'\\''b@1'`],
    ['a name that looks like an option', '--registry', '1', 'Upgrade --registry to 1 or later.'],
    ['a version that is shell code', 'a', '$(id)', "npm install 'a@$(id)'"],
  ])('%s', (_, name, version, expected) => {
    expect(upgrade('npm', name, version)).toBe(expected);
  });

  it('does not name a version of the source that the package does not have', () => {
    const pkg = makePackage('g++', '4:12.2.0-3', { source: { name: 'gcc-defaults', version: '1.203' } });

    expect(remediationFor(pkg, { state: 'fixed' }, '1.204', 'source')).toBe(
      'Upgrade g++ to a build of gcc-defaults 1.204 or later.',
    );
  });

  it.each<[AdvisoryState, RegExp | undefined]>([
    ['end-of-life', /move to a supported one/],
    ['will-not-fix', /remove or replace/],
    ['affected', undefined],
  ])('without a fix, in state %s', (state, expected) => {
    const words = remediationFor(makePackage('p', '1'), { state }, undefined, 'source');

    if (expected === undefined) expect(words).toBeUndefined();
    else expect(words).toMatch(expected);
  });

  it.each<[AdvisoryState, string, string]>([
    ['deferred', 'Minor issue', 'The publisher says: Minor issue.'],
    [
      'will-not-fix',
      'fixed with Ubuntu Pro in 1.2',
      'The publisher will not fix it: remove or replace p, or accept it in a policy. The publisher says: fixed with Ubuntu Pro in 1.2.',
    ],
  ])('without a fix, in state %s, it says what the publisher says of it', (state, note, expected) => {
    expect(remediationFor(makePackage('p', '1'), { state, note }, undefined, 'source')).toBe(expected);
  });
});
