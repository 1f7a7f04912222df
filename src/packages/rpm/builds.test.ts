import { describe, expect, it } from 'vitest';
import type { Affected } from '../../model/advisory.ts';
import type { Package } from '../../model/package.ts';
import { moduleStream, rpmBuildApplies } from './builds.ts';

type Build = Pick<Package, 'version' | 'arch' | 'modularity' | 'repositories'>;
type Row = Pick<Affected, 'only' | 'ranges'>;

const plain: Build = { version: '1-1.el8', arch: 'x86_64' };
const node18: Build = { version: '1:18-1.module+el8.8.0+1', arch: 'x86_64', modularity: 'nodejs:18:8080:rhel8' };
const fix = (fixed: string, only?: Row['only']): Row => ({ ranges: [{ fixed }], ...(only && { only }) });

describe('rpmBuildApplies', () => {
  it.each<[string, Build, Row]>([
    ['a plain fix to a plain package', plain, fix('1-2.el8')],
    ['a row without versions to a plain package', plain, { ranges: [] }],
    ['a stream to its own package', node18, fix('1:18-2', { module: 'nodejs:18' })],
    ['a fix of some stream to a package of some stream', node18, fix('1:18-2.module_el8.9')],
    ['a module release alone tells a modular package', { version: '1-1.module_el8.3' }, fix('1-2.module+el8.4')],
    ['a plain fix to a plain build that has a label', { ...plain, modularity: 'x:1:1:1' }, fix('1-2.el8')],
    ['a fix of some stream to a plain build that has a label', { ...plain, modularity: 'x:1' }, fix('1-2.module_el8')],
    [
      'a stream to a build for some module that has no label',
      { version: '18-1.module+el8' },
      fix('19', { module: 'nodejs:18' }),
    ],
    ['its own architecture', plain, fix('2', { architectures: ['aarch64', 'x86_64'] })],
    ['any architecture to a package of all', { ...plain, arch: 'noarch' }, fix('2', { architectures: ['aarch64'] })],
    ['packages of all to any architecture', plain, fix('2', { architectures: ['noarch'] })],
    ['an unknown repository', plain, fix('2', { repositories: ['docker'] })],
    ['a repository of several', { ...plain, repositories: ['core', 'docker'] }, fix('2', { repositories: ['docker'] })],
    ['a plain fix to what only looks like a flavour', { version: '3-1.el8_fips' }, fix('4')],
    ['a flavour to its like', { version: '2.17-1.0.1.ksplice1.el7' }, fix('2.17-2.ksplice1', { flavour: 'ksplice' })],
  ])('applies %s', (_, pkg, row) => {
    expect(rpmBuildApplies(pkg, row)).toEqual({ applies: true });
  });

  it.each<[string, Build, Row, string]>([
    ['another stream', node18, fix('1:20-2', { module: 'nodejs:20' }), 'the package is of nodejs:18'],
    ['a stream to a package of none', plain, fix('2', { module: 'nodejs:20' }), 'the package is of no module'],
    ['a fix with a module release to a package of none', plain, fix('2-1.module_el8.3'), 'of no module'],
    ['a plain fix to a package of a stream', node18, fix('1:18-2.el8'), 'the package is of a module'],
    ['a row without versions to a package of a stream', node18, { ranges: [] }, 'the package is of a module'],
    ['another architecture', plain, fix('2', { architectures: ['aarch64'] }), 'about aarch64, not x86_64'],
    ['a flavour to an ordinary package', plain, fix('2', { flavour: 'fips' }), 'about fips builds'],
    ['another repository', { ...plain, repositories: ['core'] }, fix('2', { repositories: ['docker'] }), 'of docker'],
  ])('does not apply %s', (_, pkg, row, reason) => {
    expect(rpmBuildApplies(pkg, row)).toEqual({ applies: false, reason: expect.stringContaining(reason) });
  });
});

describe('moduleStream', () => {
  it.each([
    ['nodejs:18:8080020230:rhel8', 'nodejs:18'],
    ['nodejs:18', 'nodejs:18'],
    ['nodejs', 'nodejs'],
  ])('%s is %s', (label, expected) => {
    expect(moduleStream(label)).toBe(expected);
  });
});
