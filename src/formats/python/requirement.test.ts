import { describe, expect, it } from 'vitest';
import { parseRequirement, requiredNames } from './requirement.ts';
import { parseRequiresTxt } from './requires-txt.ts';

describe('parseRequirement', () => {
  it.each([
    ['flask', 'flask', ''],
    [' flask ', 'flask', ''],
    ['A.b_c-D==1', 'A.b_c-D', '1'],
    ['a == 1.0.post1+local.2', 'a', '1.0.post1+local.2'],
    ['a===1.0', 'a', '1.0'],
    ['a==1!2.0', 'a', '1!2.0'],
    ['a [x, y] >= 2', 'a', '2'],
    ['a[x]==2', 'a', '2'],
    ['a[]==2', 'a', '2'],
    ['a (>=1.0,<2)', 'a', '1.0'],
    ['a>=1,==1.5', 'a', '1.5'],
    ['a<2,>=1', 'a', '1'],
    ['a~=1.4', 'a', '1.4'],
    ['a<=3', 'a', '3'],
    ['a<3', 'a', ''],
    ['a>3', 'a', ''],
    ['a!=3', 'a', ''],
    ['a!=3.*,>=2', 'a', '2'],
    ['a==3.*', 'a', ''],
    ['a>=2.8, ==2.8.*', 'a', ''],
    [`a==\${V}`, 'a', ''],
    ['a>=1,', 'a', '1'],
    ['a; python_version < "3"', 'a', ''],
    ['a==1;os_name=="x"', 'a', '1'],
    ['a @ https://example.org/a.zip', 'a', ''],
    ['a@https://example.org/a-1.5-py3-none-any.whl#sha256=0', 'a', '1.5'],
    ['a @ git+https://example.org/a;b ; os_name=="x"', 'a', ''],
  ])('reads %s', (text, name, version) => {
    expect(parseRequirement(text)).toEqual({ name, version });
  });

  it.each([
    '',
    '==1.0',
    'a==',
    'a 1.0',
    'a b',
    'a=1',
    'a==1 b',
    '-a',
    'a-',
    '_a',
    'a==%s',
    'a=={}',
    "a=='1'",
    'a @',
    'a @ u b',
    'a==1.0 @ git+x',
    '[x]',
    'a[x',
    'a(>=1',
    '%s==1',
    'x'.repeat(20_000),
    `${'a-'.repeat(4999)}`,
    'a \0',
    'ä',
  ])('refuses %j', (text) => {
    expect(parseRequirement(text)).toBeUndefined();
  });

  it('tells the extra that a marker names', () => {
    expect(parseRequirement(`a; python_version < "3" and extra == 'x.y'`)).toEqual({
      name: 'a',
      version: '',
      extra: 'x.y',
    });
  });
});

describe('requiredNames', () => {
  it('leaves out extras, repetitions and nonsense', () => {
    expect(requiredNames(['a>=1', 'b; extra == "x"', '??', 'a[y]', '__proto__', 'c'])).toEqual(['a', 'c']);
  });
});

describe('parseRequiresTxt', () => {
  it('reads what is needed without extras, also where a marker limits it', () => {
    const text = 'a>=1\n\nb\r\n[:python_version < "3"]\nc\n\n[x]\nd\n[y:os_name == "z"]\ne\n';

    expect(parseRequiresTxt(Buffer.from(text))).toEqual(['a', 'b', 'c']);
    expect(parseRequiresTxt(Buffer.alloc(0))).toEqual([]);
  });
});
