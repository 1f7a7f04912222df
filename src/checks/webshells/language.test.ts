import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/noise.ts';
import { type ScriptLanguage, scriptLanguage } from './language.ts';

const png = '\x89PNG\r\n\x1a\n\0\0\0\rIHDR';

describe('scriptLanguage', () => {
  it.each<[string, string, ScriptLanguage | undefined]>([
    ['a.php', '<?php f();', 'php'],
    ['a.PHTML', '<?= $a ?>', 'php'],
    ['a.inc', 'f();', 'php'],
    ['a.asp', '<% f %>', 'asp'],
    ['a.ashx', '<%@ WebHandler Language="C#" %>', 'aspx'],
    ['a.jsp', '<% f(); %>', 'jsp'],
    ['a.jspx', '<jsp:root>', 'jsp'],
    ['a.cfm', '<cfset x = 1>', 'cfm'],
    ['a.pl', 'f();', 'perl'],
    ['a.cgi', '#!/usr/bin/perl -w\n', 'perl'],
    ['a.cgi', '#!/bin/sh\n', 'sh'],
    ['a.cgi', '#! /usr/bin/env -S python3 -u\n', 'python'],
    ['a.py', 'f()', 'python'],
    ['a.js', 'f()', 'js'],
    ['a', '#!/usr/bin/env node\n', 'js'],
    ['a', '#!/usr/local/bin/php8.2\n<?php', 'php'],
    ['a', '#!/usr/bin/awk -f\n', undefined],
    ['a', '', undefined],
    ['a.php', '', undefined],

    // What the tags say outweighs the name.
    ['a.php', '<%@ page import="java.io.*" %>', 'jsp'],
    ['a.php', '<%@ Page Language="C#" %>', 'aspx'],
    ['a.php', '<% eval(request("a")) %>', 'asp'],
    ['a.asp', '<?php f();', 'php'],
    ['a.asp', '<%@ page contentType="text/html" %>', 'jsp'],
    ['a.php', '<?php $a = "<% eval(request(1)) %>";', 'php'],

    // No name that says anything.
    ['a.txt', '<?php f();', 'php'],
    ['.htaccess', '# x\n<?PHP f();', 'php'],
    ['a.html', '<?xml version="1.0"?><p>', undefined],
    ['a.html', '<% f %>', undefined],
    ['a.txt', '<% f(request.getParameter("a")); %>', 'jsp'],
    ['a.txt', '<% f(request.form("a")) %>', 'asp'],
    ['a.html', '<script runat="server">', 'aspx'],
    ['a.html', '<CFEXECUTE name="x">', 'cfm'],
    ['a.txt', 'plain', undefined],

    // A tag is none without its end, or with no code in it.
    ['cgis.txt', 'login.asp?<%\nsession.cgi\n', undefined],
    ['a.html', '<% request.form("a")', undefined],
    ['logo.eps', '%!PS-Adobe-3.0 EPSF\n4Q7<?=p!.2aH\nx$k(?>', undefined],
    ['a.txt', '<?=p!.2aH?>', undefined],
    ['a.txt', '<?= $greeting ?>', 'php'],
    ['a.txt', '<?=`$_GET[1]`?>', 'php'],

    // Sources of other languages have tags in their strings.
    ['Generator.java', 'out.print("<%= request.getParameter(\\"a\\") %>");', undefined],
    ['Writer.java', 'out.print("<cfoutput>");', undefined],
    ['page.go', 'const page = `<% session.a() %>`', undefined],
    ['README.md', 'Write `<% request.form("a") %>`.', undefined],
    ['README.md', 'Write `<?= f() ?>`.', undefined],
    ['README.md', '<?php f();', 'php'],

    // Images, and other files with NUL bytes.
    ['a.png', `${png}<?php f();`, 'php'],
    ['a.png', `${png}<?xpacket begin=""?>`, undefined],
    ['a.gif', 'GIF89a\0\0<?PhP f();', 'php'],
    ['a.gif', 'GIF89a;<?=f()?>', 'php'],
    ['a.bin', '\x7fELF\0\0\0<?php f();', undefined],
    ['a.php', 'GIF89a\0\0<?php f();', 'php'],
  ])('%s with %j: %s', (name, text, expected) => {
    expect(scriptLanguage(name, Buffer.from(text, 'latin1'))).toBe(expected);
  });

  it('finds a tag in the first and in the last 64 kB, and does not look between', () => {
    const tag = Buffer.from('<?php f();');
    const blank = Buffer.alloc(60_000, ' ');
    const image = Buffer.concat([Buffer.from(png, 'latin1'), noise(200_000)]);

    expect(scriptLanguage('a', Buffer.concat([blank, tag, blank, blank, blank]))).toBe('php');
    expect(scriptLanguage('a', Buffer.concat([blank, blank, blank, tag, blank]))).toBe('php');
    expect(scriptLanguage('a', Buffer.concat([blank, blank, tag, blank, blank]))).toBeUndefined();
    expect(scriptLanguage('a.png', Buffer.concat([image, tag]))).toBe('php');
    expect(scriptLanguage('a.png', image)).toBeUndefined();
  });

  it.each(['utf16le', 'swapped'] as const)('reads UTF-16, with a mark and without (%s)', (order) => {
    for (const text of ['\ufeff<?php f();', '<?php f();']) {
      const bytes = Buffer.from(text, 'utf16le');

      expect(scriptLanguage('a.txt', order === 'swapped' ? bytes.swap16() : bytes)).toBe('php');
    }
  });
});
