import { describe, expect, it } from 'vitest';
import { FormatError } from '../../errors.ts';
import { parsePdmLock } from './pdm-lock.ts';
import { parsePoetryLock } from './poetry-lock.ts';
import { parsePylock } from './pylock.ts';
import { parsePipfile, parsePyproject } from './pyproject.ts';
import { decodeText } from './text.ts';
import { parseUvLock } from './uv-lock.ts';

describe('TOML with other types than expected', () => {
  const values = ['1', '"x"', 'true', '[]', '{}', '[[]]', '[{}]', '1979-05-27', '{ a = {} }', '["x", 1, {}]'];
  const keys = ['package', 'packages', 'project', 'tool', 'default-groups', 'dependency-groups', 'dev-packages'];
  const fields =
    'name version groups category optional dependencies files source marker wheels sdist dev-dependencies'.split(' ');

  it.each(values)('takes %s for absent wherever it stands', (value) => {
    const texts = [
      ...keys.map((key) => `${key} = ${value}\n`),
      ...['package', 'packages'].flatMap((key) => fields.map((field) => `[[${key}]]\n${field} = ${value}\n`)),
      ...['package', 'packages'].flatMap((key) =>
        fields.filter((field) => field !== 'name').map((field) => `[[${key}]]\nname = "a"\n${field} = ${value}\n`),
      ),
      ...[
        'project.dependencies',
        'tool.poetry.dependencies',
        'tool.poetry.group',
        'tool.pdm.dev-dependencies',
        'tool.uv',
      ].map((key) => `${key} = ${value}\n`),
    ];
    for (const text of texts) {
      for (const parse of [parsePoetryLock, parsePdmLock, parseUvLock, parsePylock, parsePyproject, parsePipfile]) {
        try {
          parse(text);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }
    }
  });
});

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from('a==1')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFa==1')],
    ['UTF-16 as PowerShell writes it', Buffer.from('\uFEFFa==1', 'utf16le')],
    ['UTF-16, high bytes first', Buffer.from('\uFEFFa==1', 'utf16le').swap16()],
  ])('reads %s', (_, bytes) => {
    expect(decodeText(bytes)).toBe('a==1');
  });

  it('refuses what is no text', () => {
    expect(() => decodeText(Buffer.from('a\0b'))).toThrow(FormatError);
  });
});
