import { describe, expect, it } from 'vitest';
import { holdsNoKernel } from './kernels.ts';

describe('holdsNoKernel', () => {
  it.each([
    'kernel-headers',
    'kernel-devel',
    'kernel-rt-devel',
    'kernel-64k-debug-devel-matched',
    'kernel-doc',
    'kernel-abi-stablelists',
    'kernel-srpm-macros',
    'kernel-cross-headers',
    'kernel-uek-devel',
  ])('%s holds none', (name) => {
    expect(holdsNoKernel(name)).toBe(true);
  });

  it.each([
    'kernel',
    'kernel-core',
    'kernel-modules-extra',
    'kernel-tools',
    'perf',
    'glibc-headers',
    'kernel-develish',
  ])('%s may hold one, or something that runs', (name) => {
    expect(holdsNoKernel(name)).toBe(false);
  });
});
