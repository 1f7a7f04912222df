import { describe, expect, it } from 'vitest';
import { osvNamespace } from './namespace.ts';

describe('osvNamespace', () => {
  it.each([
    ['Debian:12', 'debian:12'],
    ['Ubuntu:22.04:LTS', 'ubuntu:22.04'],
    ['Ubuntu:23.10', 'ubuntu:23.10'],
    ['Ubuntu:Pro:22.04:LTS', 'ubuntu-pro:22.04'],
    ['Ubuntu:Pro:FIPS-updates:20.04:LTS', 'ubuntu-pro:fips-updates:20.04'],
    ['Ubuntu:Pro', undefined],
    ['Ubuntu', undefined],
    ['Alpine:v3.18', 'alpine:v3.18'],
    ['Alpine', undefined],
    ['AlmaLinux:8', 'almalinux:8'],
    ['Rocky Linux:9', 'rocky:9'],
    ['PyPI', 'pypi'],
    ['npm', 'npm'],
    ['crates.io', 'crates.io'],
    ['GitHub Actions', 'github-actions'],
    ['', undefined],
  ])('%j is %j', (ecosystem, namespace) => {
    expect(osvNamespace(ecosystem)).toBe(namespace);
  });
});
