import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCapable } from './capability.ts';
import { type ScriptLanguage, scriptLanguage, scriptViews } from './script-views.ts';

function capable(path: string, text: string, as?: ScriptLanguage): boolean {
  const bytes = Buffer.from(text, 'latin1');
  const language = as ?? scriptLanguage(path, bytes) ?? 'php';
  return isCapable(path, bytes, language, scriptViews(bytes, language));
}

describe('isCapable', () => {
  it.each([
    '<?= $greeting ?> <?= $name ?>',
    '<?php declare(strict_types=1); /* a licence (see there) */ ?><?php /* and (again) */ ?>',
    '<?php return array("a(b)" => 1, \'c(\' => 2); // f()',
    '<?php if (isset($a)) { echo "($a)"; } elseif (empty($b)) { exit(1); }',
    '<?php function f() { return 1; } class A { public function list() { return $this->a; } }',
    '<p onclick="f(1)"></p><?php echo $a; ?><script>eval(function(p,a){}(1))</script>',
    'no tag (at all)',
    "<?php $a = 'it\\'s ?> (1)';",
  ])('is not what calls nothing: %s', (text) => {
    expect(capable('srv/a.php', text)).toBe(false);
  });

  it.each([
    '<?php f();',
    '<?php $f ($a);',
    '<?php $f[0]($a);',
    '<?php $$f(1);',
    '<?php (f)($a);',
    "<?php 'f'($a);",
    '<?php "f" ($a);',
    '<?php {$f}(1);',
    '<?php $a->list(1);',
    '<?php A::list(1);',
    '<?php \\print(1);',
    '<?php new $a;',
    '<?php include $a;',
    '<?php REQUIRE_ONCE "b.php";',
    '<?= `$a` ?>',
    '<?php echo "{$a->f()}";',
    '<?php echo "$\x7bf()}";',
    '<?php echo <<<A\n{$f(1)}\nA;',
    '<?php echo 1 ?> <?PHP f();',
    "<?php $a = '?>'; f();",
    "<?php $a = '\\'?>'; f();",
    '<?php $a = "a; f();',
    '<?php \xe9(1);',
    '<script language="php">f();</script>',
    `<?php ${'$a = 1; '.repeat(10_000)}`,
  ])('is what runs something, or may do so: %s', (text) => {
    expect(capable('srv/a.php', text, 'php')).toBe(true);
  });

  it('is what has another name: it may be of another language', () => {
    expect(capable('srv/a.txt', '<?php $a = 1;')).toBe(true);
  });

  it.each<[string, string, boolean]>([
    ['lib/Net/A.pm', 'package A; sub f { system($_[0]) } 1;', false],
    ['lib/a.py', 'def f(a): os.system(a)', false],
    ['lib/a.sh', 'f() { sh -c "$1"; }', false],
    ['lib/A.pm', 'use CGI; system(CGI->new->param("a"))', true],
    ['lib/A.pm', 'system($ENV{QUERY_STRING})', true],
    ['lib/a.py', 'from flask import Flask', true],
    ['lib/a.py', '#!/usr/bin/python3\nos.system(a)', true],
    ['lib/a.cgi', '#!/usr/bin/perl\nsystem($a)', true],
    ['var/www/a.pl', 'system($a)', true],
    ['usr/lib/cgi-bin/a.py', 'os.system(a)', true],

    ['a/jquery.pack.js', 'eval(function(p,a,c,k,e,d){return p}("0(1)",2,2,"require|process".split("|")))', false],
    ['a/b.js', 'window.eval(x)', false],
    ['a/b.js', 'const { exec } = require("child_process")', true],
    ['a/b.js', 'import { exec } from "node:child_process"', true],
    ['a/b.js', 'process.binding("spawn_sync")', true],
    ['a/b.js', '#!/usr/bin/env node\neval(x)', true],
    ['a/b.js', `eval(atob("${Buffer.from('require("child_process").exec(a)//').toString('base64')}"))`, true],
    ['a/b.jsp', '<% a %>', true],
  ])('%s with %s: %s', (path, text, expected) => {
    expect(capable(path, text)).toBe(expected);
  });

  it('answers on any text', () => {
    const pieces = fc.constantFrom(
      '<?php ',
      '?>',
      "'",
      '"',
      '\\',
      'f',
      '(',
      ')',
      '$',
      '{',
      '`',
      'new',
      ' ',
      ';',
      '\xff',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 200 }), (parts) => {
        expect(typeof capable('a.php', parts.join(''), 'php')).toBe('boolean');
      }),
    );
  });
});
