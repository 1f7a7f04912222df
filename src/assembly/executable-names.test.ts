import { describe, expect, it } from 'vitest';
import { hasExecutableName } from './executable-names.ts';

describe('names of executables', () => {
  it.each([
    'libc.so',
    'libc.so.6',
    'libz.so.1.3.1',
    'a.PY',
    'a.cpython-313.pyc',
    'evil.pth',
    'a.node',
    'app.jar',
    'x.phtml',
    'a.ts',
  ])('%s', (name) => {
    expect(hasExecutableName(name)).toBe(true);
  });

  it.each(['ld.so.cache', 'ld.so.', '.so.1', 'a.d.ts', 'README', 'a.json', 'so', 'a.sha256', 'x.'])(
    'not %s',
    (name) => {
      expect(hasExecutableName(name)).toBe(false);
    },
  );
});
