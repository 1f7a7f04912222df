import { describe, expect, it } from 'vitest';
import { readLayerWith } from '../../../test/support/layers.ts';
import { contentAnalyzer } from '../../contents/content-analyzer.ts';
import { starterRules } from '../../rules/starter.ts';
import { webshellEngines } from './engines.ts';

/** It evaluates nothing: there is no such function. Put together here, so that no file of ours is taken for one. */
const php = ['<?php /* note */ @ev', 'al($_PO', 'ST["not-there"]); ?>\n'].join('');
const asp = ['<%ev', 'al requ', 'est("not-there")%>\n'].join('');
const magics: readonly string[] = [
  '%PDF-1.4\n',
  '{\\rtf1 ',
  'MZ\0\0',
  '\x7fELF\x02\x01\x01\0\0',
  'ab\r\n\0\0\0\0\0\0\0\0\0\0\0\0',
  'PK\x03\x04\x14\0',
  '\x1f\x8b\x08\0\0',
  '\xca\xfe\xba\xbe\0\0\0\x34',
  'GIF89a\0\0',
];
const MEGABYTE = 1024 * 1024;

async function found(name: string, content: Buffer): Promise<readonly string[]> {
  const starter = starterRules();
  if (starter === undefined) throw new Error('no starter rules');
  const engines = webshellEngines({ ruleSets: [starter], unwanted: false, deep: false });
  const { facts } = await readLayerWith(contentAnalyzer('webshells', engines, { deep: false }), [
    { path: `srv/${name}`, content },
  ]);
  for (const engine of engines) engine.close?.();
  return facts.flatMap((fact) => (fact.kind === 'content' ? fact.witnesses.map(({ rule }) => rule) : []));
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('webshells behind the first bytes of something else', () => {
  it.each(magics)('are found by the name of a script: %j', async (magic) => {
    expect(await found('a.php', latin1(magic + php))).toContain('php-eval-request');
    // The tag is not among the first bytes.
    expect(await found('a.php', latin1(magic + '\0'.repeat(5000) + php))).toContain('php-eval-request');
  });

  it.each(magics.filter((magic) => !magic.startsWith('GIF')))(
    'are found by a tag among the first bytes: %j',
    async (magic) => {
      expect(await found('a.dat', latin1(`${magic}\0\0${php}${'\0\x01'.repeat(3000)}`))).toContain('php-eval-request');
    },
  );

  it('are found in the language of the tag', async () => {
    const rules = await found('a.dat', latin1(`\x7fELF\0\0${asp}`));
    expect(rules.some((rule) => rule.startsWith('asp-'))).toBe(true);
  });
});

describe('scripts of which there are no views', () => {
  it.each<[string, string, readonly string[]]>([
    // Puppet makes functions by a method of that name: this is no PHP.
    ['a.rb', ['Puppet::Functions[:create_fun', 'ction](:a)\n$_G', 'ET\n'].join(''), []],
    ['a.rb', ["exit\nrequire 'c", "gi'\nsystem(c", "gi['not-there'])\n"].join(''), ['ruby-cgi-command']],
    ['.htaccess', ['AddType application/x-ht', 'tpd-php .jpg\n'].join(''), ['php-htaccess']],
  ])('are asked for rules of their language alone: %s, %j', async (name, text, expected) => {
    expect(await found(name, latin1(text))).toEqual(expected);
  });
});

describe('webshells in large files', () => {
  it.each<[string, string, Buffer]>([
    ['a.php', 'php-eval-request', Buffer.concat([latin1(php), Buffer.alloc(17 * MEGABYTE, 'a line of text\n')])],
    ['a.php', 'php-eval-request', Buffer.concat([Buffer.alloc(17 * MEGABYTE, 'a line of text\n'), latin1(php)])],
    [
      'b.php',
      'php-eval-request',
      Buffer.concat([latin1('<?php\n'), Buffer.alloc(70 * MEGABYTE, '// a line\n'), latin1(`?>${php}`)]),
    ],
    [
      'a.gif',
      'php-picture-with-code',
      Buffer.concat([latin1('GIF89a\0\0'), Buffer.alloc(5 * MEGABYTE, 'xyz\0'), latin1(php)]),
    ],
    [
      'b.gif',
      'php-picture-with-code',
      Buffer.concat([latin1('GIF89a\0\0'), Buffer.alloc(70 * MEGABYTE, 'xyz\0'), latin1(php)]),
    ],
  ])('are found at the beginning and at the end: %s, %s', async (name, rule, content) => {
    expect(await found(name, content)).toContain(rule);
  });
});
