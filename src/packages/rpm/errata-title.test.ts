import { describe, expect, it } from 'vitest';
import { processorTime } from '../../../test/support/processor-time.ts';
import { titledBuildApplies, titledModule, titledSeverity } from './errata-title.ts';

const modular = [{ fixed: '1:18.9.1-1.module_el8.8.0+3465+ed8fee9d' }];

describe('titledSeverity', () => {
  it.each([
    ['Important: squid security update', 'high'],
    ['Moderate: nodejs:18 security update', 'medium'],
    ['Low: grep', 'low'],
    ['Critical: x', 'critical'],
    ['criu bug fix and enhancement update', 'unknown'],
    ['nodejs:18 bug fix update', 'unknown'],
    ['', 'unknown'],
    [undefined, 'unknown'],
  ])('of %j is %s', (title, severity) => {
    expect(titledSeverity(title)).toBe(severity);
  });
});

describe('titledModule', () => {
  it.each([
    ['Important: nodejs:18 security update', 'nodejs:18'],
    ['Moderate: ruby:3.3 security, bug fix, and enhancement update', 'ruby:3.3'],
    ['container-tools:rhel8 bug fix update', 'container-tools:rhel8'],
    ['Important: idm:DL1 security update', 'idm:DL1'],
    ['Moderate: virt:rhel and virt-devel:rhel security update', undefined],
    ['Important: varnish security update', undefined],
    [undefined, undefined],
  ])('of %j is %s', (title, module) => {
    expect(titledModule(title, modular)).toEqual(module === undefined ? undefined : { module });
  });

  it('is none where the fix is no build for a module: some titles have versions', () => {
    expect(titledModule('Moderate: python3:3.6.8 security update', [{ fixed: '3.6.8-62.el8_10' }])).toBeUndefined();
  });

  it('takes linear time', () => {
    expect(processorTime(() => titledModule('a:'.repeat(500), modular))).toBeLessThan(1000);
  });
});

describe('titledBuildApplies', () => {
  const row = { only: { module: 'nodejs:18' }, ranges: modular };
  const version = '1:16.0.0-1.module_el8.5.0+1';

  it.each([
    ['pitfall 2: a package of the stream', { version, modularity: 'nodejs:18:8080:1' }, true],
    ['pitfall 2: a package of another stream', { version, modularity: 'nodejs:16:8080:1' }, false],
    ['pitfall 2: a package of no module', { version: '1:16.0.0-1.el8' }, false],
    ['a package of a module that was built without a label', { version }, true],
  ])('%s', (_, pkg, applies) => {
    expect(titledBuildApplies({ name: 'nodejs', ...pkg }, row).applies).toBe(applies);
  });

  it('leaves the other parts of the filter in force', () => {
    const only = { module: 'nodejs:18', architectures: ['aarch64'] };
    expect(titledBuildApplies({ name: 'nodejs', version, arch: 'x86_64' }, { only, ranges: modular }).applies).toBe(
      false,
    );
  });

  it('is false for packages that hold no kernel', () => {
    expect(titledBuildApplies({ name: 'kernel-headers', version: '4.18.0-1' }, { ranges: [] }).applies).toBe(false);
    expect(titledBuildApplies({ name: 'kernel-core', version: '4.18.0-1' }, { ranges: [] }).applies).toBe(true);
  });
});
