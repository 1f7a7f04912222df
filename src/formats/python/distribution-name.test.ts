import { describe, expect, it } from 'vitest';
import { distributionOf, wheelOf } from './distribution-name.ts';

describe('distributionOf', () => {
  it.each([
    ['foo_bar-1.0.dist-info', 'foo_bar', '1.0'],
    ['foo-1.0.post1.DIST-INFO', 'foo', '1.0.post1'],
    ['foo-1.0-py3.8.egg-info', 'foo', '1.0'],
    ['foo-bar-1.0-py3.8-linux-x86_64.egg', 'foo-bar', '1.0'],
    ['no-version-py3.8.egg-info', 'no-version', ''],
    ['foo.egg-info', 'foo', ''],
    ['foo.bar-2-nspkg.egg-info', 'foo.bar', '2'],
  ])('reads %s', (entry, name, version) => {
    expect(distributionOf(entry)).toEqual({ name, version });
  });

  it.each(['', 'dist-info', '.dist-info', 'foo', 'foo.jar', `${'x'.repeat(2000)}.egg-info`])('refuses %s', (entry) => {
    expect(distributionOf(entry)).toBeUndefined();
  });
});

describe('wheelOf', () => {
  it.each([
    ['pip-24.0-py3-none-any.whl', 'pip', '24.0'],
    ['foo_bar-1!2+l-1b-cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl', 'foo_bar', '1!2+l'],
  ])('reads %s', (file, name, version) => {
    expect(wheelOf(file)).toEqual({ name, version });
  });

  it.each([
    '',
    '.whl',
    'a.whl',
    'a-1.whl',
    'a-b-py3-none-any.whl',
    '-1-py3-none-any.whl',
    'a-1-2-3-4-5-6.whl',
    'a-1-py3-none-any.zip',
  ])('refuses %s', (file) => {
    expect(wheelOf(file)).toBeUndefined();
  });
});
