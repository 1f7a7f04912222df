import { describe, expect, it } from 'vitest';
import { parsePythonMetadata } from './metadata.ts';

const read = (text: string) => parsePythonMetadata(Buffer.from(text));

describe('parsePythonMetadata', () => {
  it('reads name, version, licence and what is needed without extras', () => {
    const text = `Metadata-Version: 2.4
Name: pyOpenSSL
Version: 26.0.0
License-Expression: Apache-2.0 OR MIT
License: text
Classifier: License :: OSI Approved :: Apache Software License
Requires-Dist: cryptography<47,>=46.0.0
Requires-Dist: typing-extensions>=4.9; python_version < "3.13"
Requires-Dist: pytest (>=3.0.1) ; extra == 'test'
Requires-Dist: idna [all]

Name: description
Requires-Dist: nothing
`;

    expect(read(text)).toEqual({
      name: 'pyOpenSSL',
      version: '26.0.0',
      licences: ['Apache-2.0 OR MIT'],
      requires: ['cryptography', 'typing-extensions', 'idna'],
    });
  });

  it.each([
    ['names of any case', 'name: a\nVERSION: 1\n', { name: 'a', version: '1' }],
    ['line ends of Windows', 'Name: a\r\nVersion: 1\r\n\r\nName: b\r\n', { name: 'a', version: '1' }],
    ['a byte order mark', '\uFEFFName: a\nVersion: 1\n', { name: 'a', version: '1' }],
    ['no line end', 'Version: 1\nName: a', { name: 'a', version: '1' }],
    ['the first of several', 'Name: a\nName: b\nVersion: 1\nVersion: 2\n', { name: 'a', version: '1' }],
    ['no space behind the colon', 'Name:a\nVersion:1\n', { name: 'a', version: '1' }],
    ['lines that belong to no field', 'Name: a\nKeywords: x\nlost line\nVersion: 1\n', { name: 'a', version: '1' }],
    ['a folded field', 'Summary: x\n Name: b\n\tVersion: 2\nName: a\nVersion: 1\n', { name: 'a', version: '1' }],
    ['no version', 'Name: a\n', { name: 'a' }],
    ['an empty version', 'Name: a\nVersion:\n', { name: 'a' }],
    ['no name', 'Version: 1\n', { version: '1' }],
    ['names of prototypes', '__proto__: x\nconstructor: y\nName: a\nVersion: 1\n', { name: 'a', version: '1' }],
    ['an empty file', '', {}],
    ['a blank line first', '\nName: a\n\n', { name: 'a' }],
    ['prose', 'bogus\n', {}],
    ['bytes that are no text', '\0\x01\xff', {}],
  ])('reads a header with %s', (_, text, expected) => {
    expect(read(text)).toEqual({ licences: [], requires: [], ...expected });
  });

  it.each([
    ['a name', 'License: BSD License\n', ['BSD License']],
    [
      'classifiers where there is no name',
      'License: UNKNOWN\nClassifier: License :: OSI Approved :: MIT License\n',
      ['MIT License'],
    ],
    [
      'classifiers where the field is the text',
      'License: Copyright\n  line\nClassifier: License :: Public Domain\n',
      ['Public Domain'],
    ],
    [
      'classifiers where the field is too long',
      `License: ${'x'.repeat(300)}\nClassifier: License :: Freeware\n`,
      ['Freeware'],
    ],
    ['nothing where the classifier says none', 'Classifier: License :: OSI Approved\nClassifier: Topic :: X\n', []],
    [
      'each classifier once',
      'Classifier: License :: A\nClassifier: License :: A\nClassifier: License :: B\n',
      ['A', 'B'],
    ],
    ['a name with a remark', 'License: GPL-3.0-only\n  see the file COPYING\n', ['GPL-3.0-only']],
    ['two names', 'License: MIT\n  and GPL-3.0-only\n', ['MIT and GPL-3.0-only']],
    ['a name on the next line', 'License:\n  GPL-3.0-only\n', ['GPL-3.0-only']],
    ['an expression on two lines', 'License-Expression: MIT OR\n  ISC\n', ['MIT OR ISC']],
    [
      'the title of a text, beside its classifier',
      `License: GNU GENERAL PUBLIC LICENSE\n    Version 3, 29 June 2007${'\n  more'.repeat(100)}\nClassifier: License :: A\n`,
      ['A', expect.stringMatching(/^GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007 more/)],
    ],
    [
      'a name that stands in the middle of a text',
      `License: Copyright${'\n  all of us'.repeat(50)}\n  GNU General Public License\n`,
      [expect.stringMatching(/^Copyright all of us .* GNU General Public License$/)],
    ],
    [
      'the beginning of a text that names none',
      `License: ${'Be kind. '.repeat(30)}\n`,
      ['Be kind. '.repeat(23).slice(0, 200)],
    ],
  ])('finds as licence %s', (_, text, licences) => {
    expect(read(`Name: a\nVersion: 1\n${text}`).licences).toEqual(licences);
  });

  it('keeps what bytes of other encodings leave readable', () => {
    const bytes = Buffer.from('Name: a\nAuthor: J\xf6rg\nVersion: 1\n', 'latin1');

    expect(parsePythonMetadata(bytes)).toMatchObject({ name: 'a', version: '1' });
  });
});
