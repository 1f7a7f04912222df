import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noise } from '../../../test/support/noise.ts';
import { cnnBytes, cnnInput, readTokens, type ScriptLanguage, type ScriptView, scriptViews } from './script-views.ts';

const languages: readonly ScriptLanguage[] = ['php', 'asp', 'aspx', 'jsp', 'cfm', 'perl', 'python', 'sh', 'js'];

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const textOf = (view: ScriptView | undefined): string | undefined => view && Buffer.from(view.bytes).toString('latin1');
const viewOf = (text: string, language: ScriptLanguage, name: ScriptView['name']): string | undefined =>
  textOf(scriptViews(bytesOf(text), language).find((view) => view.name === name));
const tokensOf = (bytes: Uint8Array, language: ScriptLanguage): number[] => {
  const { count, hashes } = readTokens(bytes, language);
  return [...hashes.subarray(0, count)];
};
const strippedTokens = (text: string, language: ScriptLanguage): number[] =>
  tokensOf(scriptViews(bytesOf(text), language)[1]!.bytes, language);

describe('the stripped view', () => {
  it.each<[string, ScriptLanguage, string, string]>([
    ['one-line comments of PHP', 'php', '<?php $a=1; // x\n$b=2; # y\n', '<?php $a=1;\n$b=2;'],
    ['a block', 'php', '<?php f/* x */( $a /**/);', '<?php f ( $a );'],
    [
      'a comment up to the closing tag',
      'php',
      "<?php // it's ?><b>'</b><?php f(); # x ?>y",
      "<?php ?><b>'</b><?php f(); ?>y",
    ],
    [
      'no comment signs in strings',
      'php',
      `<?php $a = '//x'; $b = "#y\\"/*"; $c = \`# z\`;`,
      `<?php $a = '//x'; $b = "#y\\"/*"; $c = \`# z\`;`,
    ],
    ['an attribute, which is no comment', 'php', '<?php #[A] f();\n#x\ng();', '<?php #[A] f();\ng();'],
    ['a heredoc', 'php', '<?php $a = <<<"E"\n// in\n E2\n  E;\n// out\nf();', '<?php $a = <<<"E"\n// in\nE2\nE;\nf();'],
    ['HTML outside of tags', 'php', '<!-- a --><p>// stays # too</p><?php f();', '<p>// stays # too</p><?php f();'],
    ['PHP in a comment of HTML, which runs', 'php', '<!-- <?php f(); /* x */ ?> -->z', '<?php f(); ?> -->z'],
    [
      'an XML declaration, which is no PHP',
      'php',
      "<?xml version='1.0'?> // <?php f(); // x",
      "<?xml version='1.0'?> // <?php f();",
    ],
    ['a short tag', 'php', '<?= $a /* x */ ?>', '<?= $a ?>'],
    [
      'an old script element',
      'php',
      '<script language="php"> f(); // x\n</script>// y',
      '<script language="php"> f();\n</script>// y',
    ],
    ['a block without an end', 'php', '<?php f(); /* x', '<?php f();'],
    ['a string without an end', 'php', "<?php $a = '// x", "<?php $a = '// x"],
    ['a heredoc without an end', 'php', '<?php $a = <<<E\n// x', '<?php $a = <<<E\n// x'],

    [
      'a quote and rem of VBScript',
      'asp',
      `<% x = "a'b" ' c\nrem d\nremark = 1 : REM e\n%>`,
      `<% x = "a'b"\nremark = 1 :\n%>`,
    ],
    ['a doubled quote', 'asp', `<% x = "a"" ' b" ' c\n%>`, `<% x = "a"" ' b"\n%>`],
    ['a comment up to the closing tag', 'asp', "<% f ' x %><p>it's</p>", "<% f %><p>it's</p>"],
    [
      'JScript, which the directive names',
      'asp',
      '<%@ language="JScript" %><% f(); // x\n g(\'//\'); %>',
      `<%@ language="JScript" %><% f();\ng('//'); %>`,
    ],
    [
      'a script of the server in its own language',
      'asp',
      '<script runat=server language="jscript"> f(); /* x */ </script>',
      '<script runat=server language="jscript"> f(); </script>',
    ],
    ['a script of the browser, which is none', 'asp', "<script>// it's\n</script>", "<script>// it's\n</script>"],
    ['code in a comment of HTML, which runs', 'asp', "<!-- <% f ' x\n%> -->", '<% f\n%> -->'],
    ['code that looks like a comment of ASP.NET', 'asp', '<%--x;f();x--%>', '<%--x;f();x--%>'],

    ['a comment of the server', 'aspx', '<%-- <% f(); %> --%><% g(); /* x */ %>', '--%><% g(); %>'.slice(4)],
    [
      'a verbatim string of C#',
      'aspx',
      '<%@ Page Language="C#" %><% f(@"c:\\"); // x\n%>',
      '<%@ Page Language="C#" %><% f(@"c:\\");\n%>',
    ],
    [
      'Visual Basic, which the directive names',
      'aspx',
      '<%@ Page Language="VB" %><% f() \' x\n%>',
      '<%@ Page Language="VB" %><% f()\n%>',
    ],
    [
      'a handler, whose code has no tags',
      'aspx',
      '<%@ WebHandler Language="C#" Class="H" %>\nclass H { /* x */ } // y',
      '<%@ WebHandler Language="C#" Class="H" %>\nclass H { }',
    ],

    [
      'comments of Java',
      'jsp',
      '<%-- x --%><%! int a = \'"\'; // y\n%><%= "//z" /* w */ %>',
      '<%! int a = \'"\';\n%><%= "//z" %>',
    ],
    ['a line feed that is escaped in a comment', 'jsp', '<% // x\\u000af(); %>', '<%\nf(); %>'],
    [
      'a block that goes on in the next scriptlet',
      'jsp',
      '<% f(); /* %> html <% x */ g(); %>',
      '<% f(); %> html <% g(); %>',
    ],
    [
      'elements of JSPX',
      'jsp',
      '<jsp:scriptlet> f(); // x\n</jsp:scriptlet>// y',
      '<jsp:scriptlet> f();\n</jsp:scriptlet>// y',
    ],

    ['comments in comments of CFML', 'cfm', '<!--- a <!--- b ---> c ---><cfset x = 1>', '<cfset x = 1>'],
    ['a tag in a comment of HTML, which runs', 'cfm', '<!-- <cfset x = 1> -->', '<cfset x = 1> -->'],
    ['a script of CFML', 'cfm', '<cfscript> f(); // x\n g("//"); </cfscript>', '<cfscript> f();\ng("//"); </cfscript>'],

    [
      'a number sign of Perl',
      'perl',
      '$#a; f("#x"); # y\n$a =~ /#z/; s{#a}{#b}; q(#c);',
      '$#a; f("#x");\n$a =~ /#z/; s{#a}{#b}; q(#c);',
    ],
    ['POD', 'perl', 'f();\n=pod\n\n x\n\n=cut\ng();', 'f();\ng();'],
    ['a document of Perl', 'perl', 'print <<"E"; # x\n# in\nE\n# out\nf();', 'print <<"E";\n# in\nE\nf();'],
    ['names that look like quoting operators', 'perl', "$s{'a'} = 1; # x\n$h{y}; # y", "$s{'a'} = 1;\n$h{y};"],

    ['a number sign of Python', 'python', 'f("#x") # y\n"""# in\n"""\ng(\'#\') #z', 'f("#x")\n"""# in\n"""\ng(\'#\')'],
    ['a number sign of a shell', 'sh', `#!/bin/sh\nf $# \${#a} a#b "# x" '# y' # z\n`, `f $# \${#a} a#b "# x" '# y'`],
    ['a document of a shell', 'sh', 'cat <<-E # x\n# in\n\tE\n# out\nf', 'cat <<-E\n# in\nE\nf'],
    [
      'comments of JavaScript',
      'js',
      'a = /[/]"\\/\\/x/; b = `//\n/*`; // c\nd = e / f; /* g */ h',
      'a = /[/]"\\/\\/x/; b = `//\n/*`;\nd = e / f; h',
    ],
  ])('%s (%s)', (_case, language, text, expected) => {
    expect(viewOf(text, language, 'stripped')).toBe(expected);
  });

  it('folds white space to a line feed or a space', () => {
    expect(viewOf(' \n<?php \t f( )\r\n \x0b; \n', 'php', 'stripped')).toBe('<?php f( )\n;');
  });

  const statement = fc.constantFrom('$a = f(1);', 'echo "x#y";', "g('//z', $b);", 'if ($c) { h(); }');
  const comment = fc.constantFrom('/* x */', '// y\n', "# it's\n", '/* " ?> */', ' \n\t ');
  it('has the same tokens whatever comments stand between the statements', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(statement, comment), { maxLength: 20 }), (parts) => {
        const plain = `<?php ${parts.map(([code]) => code).join(' ')}`;
        const commented = `<?php ${parts.map(([code, words]) => code + words).join('')}`;

        expect(strippedTokens(commented, 'php')).toEqual(strippedTokens(plain, 'php'));
      }),
    );
  });
});

describe('the decoded view', () => {
  it.each<[string, ScriptLanguage, string, string | undefined]>([
    ['nothing to decode', 'php', `<?php f("a", 'b\\n');`, undefined],
    ['escapes', 'php', '<?php f("\\x61\\142\\u{63}\\u0064");', '<?php f("abcd");'],
    ['an escape of a control character, which stays', 'php', '<?php f("\\x01\\x61");', '<?php f("\\x01a");'],
    ['a concatenation', 'php', `<?php f("ab" . 'cd'.\n"e" . $x . "f");`, '<?php f("abcde" . $x . "f");'],
    ['a literal that is a sign', 'php', `<?php f(" . ", ' + ');`, undefined],
    ['characters', 'php', '<?php f(chr(97).chr(0x62) . "c".CHR( 0144 ).chr(100+1));', '<?php f("abcde");'],
    ['a character that is not constant', 'php', '<?php f(chr($a)."b"."c");', '<?php f(chr($a)."bc");'],
    ['a name that ends like chr', 'php', '<?php mychr(65);', undefined],
    [
      'calls of decoders',
      'php',
      `<?php f(strrev('cba'), base64_decode("eHl6"), hex2bin('616263'), str_rot13("nop"));`,
      `<?php f('abc', "xyz", 'abc', "abc");`,
    ],
    ['exclusive or', 'php', '<?php $a = "\\x01\\x02" ^ "``";', '<?php $a = "ab";'],
    ['a complement', 'php', '<?php $a = ~"\x9e\x9d"; $b = (~\'\x9c\');', '<?php $a = "ab"; $b = (\'c\');'],
    ['a complement of an ordinary text, which stays', 'php', '<?php $a = ~"ab" . "c";', '<?php $a = ~"abc";'],
    ['VBScript', 'asp', '<% f("a" & "b" &chr(99)& _\n"d" & ChrW(&H65)) %>', '<% f("abcde") %>'],
    ['a path of VBScript, which has no escapes', 'asp', '<% f("c:\\101") %>', undefined],
    ['Java', 'jsp', `<% f("a" + "b" + (char)99 + "d"); %>`, '<% f("abcd"); %>'],
    ['JavaScript', 'js', `f("a"+'b' + String.fromCharCode(99, 100) + "e")`, 'f("abcde")'],
    ['Perl', 'perl', `f("a" . 'b' . chr(99));`, 'f("abc");'],
    ['Python', 'python', `f("a" + 'b' + chr(99))`, 'f("abc")'],
  ])('%s (%s)', (_case, language, text, expected) => {
    expect(viewOf(text, language, 'decoded')).toBe(expected);
  });

  it('decodes calls in calls, from the innermost on, and says so', () => {
    const [, , decoded] = scriptViews(bytesOf('<?php $f = strrev(str_rot13(base64_decode("bm9w")));'), 'php');

    expect(textOf(decoded)).toBe('<?php $f = "cba";');
    expect(decoded?.chain).toEqual(['comments', 'base64', 'rot13', 'reversed']);
  });
});

const secret = 'echo "an inert text that nobody runs"; $a = $b + 1; '.repeat(30);
const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes as Uint8Array).toString('base64');
const reversed = (text: string): string => [...text].reverse().join('');
const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (c) => String.fromCharCode(c.charCodeAt(0) + ((c.charCodeAt(0) & 0x1f) < 14 ? 13 : -13)));

const rotated = (bytes: Buffer): Buffer => Buffer.from(rot13(bytes.toString('latin1')), 'latin1');

describe('payload views', () => {
  it.each<[string, string, string[]]>([
    ['base64', base64(secret), ['base64']],
    ['lines of base64', base64(secret).replace(/.{76}/g, '$&\n'), ['base64']],
    ['base64 behind padding', `${'='.repeat(100)}${base64(secret)}`, ['base64']],
    ['reversed base64', reversed(base64(secret)), ['reversed', 'base64']],
    ['rotated base64', rot13(base64(secret)), ['rot13', 'base64']],
    ['hexadecimal digits', Buffer.from(secret).toString('hex'), ['hex']],
    ['percent-encoding', [...Buffer.from(secret)].map((byte) => `%${byte.toString(16)}`).join(''), ['percent']],
    ['deflate', base64(deflateRawSync(secret)), ['base64', 'inflate']],
    ['zlib', base64(deflateSync(secret)), ['base64', 'inflate']],
    ['gzip', base64(gzipSync(secret)), ['base64', 'inflate']],
    ['reversed deflate', reversed(base64(deflateRawSync(secret))), ['reversed', 'base64', 'inflate']],
    ['rotated deflate', rot13(base64(deflateRawSync(secret))), ['rot13', 'base64', 'inflate']],
    [
      'letters that are rotated in what is compressed',
      base64(rotated(deflateRawSync(secret))),
      ['base64', 'rot13', 'inflate'],
    ],
    [
      'a text that was rotated before it was compressed',
      base64(deflateRawSync(rot13(`eval('x'); ${secret}`))),
      ['base64', 'inflate', 'rot13'],
    ],
    ['deflate in hexadecimal digits', deflateRawSync(secret).toString('hex'), ['hex', 'inflate']],
  ])('%s', (_case, encoded, chain) => {
    const views = scriptViews(bytesOf(`<?php\n// x\n\n$a = "${encoded}";\nf();`), 'php');
    const payload = views.find(({ name }) => name === 'payload');

    expect(textOf(payload)?.replace("eval('x'); ", '')).toBe(secret.trimEnd());
    expect(payload?.chain).toEqual(chain);
    expect([0, 10, 1000].map((offset) => payload?.lineOf(offset))).toEqual([4, 4, 4]);
  });

  it('goes deeper while there is nothing but a call', () => {
    let text = secret;
    for (let level = 0; level < 5; level++) text = `eval(gzinflate(base64_decode('${base64(deflateRawSync(text))}')));`;
    const payload = scriptViews(bytesOf(`<?php ${text}`), 'php').find(({ name }) => name === 'payload');

    expect(textOf(payload)).toBe(secret.trimEnd());
    expect(payload?.chain).toEqual(new Array(5).fill(['base64', 'inflate']).flat());
  });

  it('goes no deeper than eight levels, however many there are', () => {
    let text = secret.slice(0, 100);
    for (let level = 0; level < 12; level++) text = base64(text);
    const payload = scriptViews(bytesOf(`<?php f('${text}');`), 'php').find(({ name }) => name === 'payload');

    expect(payload?.chain).toEqual(new Array(8).fill('base64'));
    expect(textOf(payload)?.trimEnd()).toBe(base64(base64(base64(base64(secret.slice(0, 100))))));
  });

  it('reads calls that stand in each other 100,000 times', () => {
    const calls = 'base64_decode('.repeat(100_000);
    const views = scriptViews(bytesOf(`<?php f(${calls}"${base64(secret)}"${')'.repeat(100_000)});`), 'php');

    expect(textOf(views.find(({ name }) => name === 'payload'))).toBe(secret.trimEnd());
  });

  it('does not go deeper where there is more than a call', () => {
    const text = `${'f(1); '.repeat(100)}g('${base64(secret)}');`;

    expect(viewOf(`<?php h("${base64(text)}");`, 'php', 'payload')).toBe(text);
  });

  it('finds what only a concatenation joins', () => {
    const pieces = base64(secret)
      .match(/.{1,12}/g)!
      .map((piece) => `"${piece}"`);

    expect(viewOf(`<?php f(${pieces.join(' . ')});`, 'php', 'payload')).toBe(secret.trimEnd());
  });

  it('decodes what damage at the end leaves', () => {
    const whole = deflateRawSync(noise(3000).toString('base64'));
    const payload = viewOf(`<?php f('${base64(whole.subarray(0, whole.length - 20))}');`, 'php', 'payload');

    expect(payload?.length).toBeGreaterThan(3000);
  });

  it('joins small ones in one view, each with its line', () => {
    const pieces = [1, 2, 3].map((n) => `f('${base64(`echo "number ${n} of some";`)}');\n`);
    const payload = scriptViews(bytesOf(`<?php\n${pieces.join('')}`), 'php').find(({ name }) => name === 'payload')!;
    const text = textOf(payload)!;

    expect(text).toBe('echo "number 1 of some";\necho "number 2 of some";\necho "number 3 of some";\n');
    expect([1, 2, 3].map((n) => payload.lineOf(text.indexOf(`${n} of`)))).toEqual([2, 3, 4]);
  });

  it('finds what stands in a comment', () => {
    const text = `<?php\nf(substr(file_get_contents(__FILE__), 99));\n//${base64(deflateRawSync(noise(300).toString('hex')))}`;
    const payload = scriptViews(bytesOf(text), 'php').find(({ name }) => name === 'payload');

    expect(textOf(payload)?.trimEnd()).toBe(noise(300).toString('hex'));
    expect(payload?.chain).toEqual(['comment', 'base64', 'inflate']);
    expect(payload?.lineOf(0)).toBe(3);
  });

  it('takes a text in an older encoding for one', () => {
    const text = `echo "${'\xc4\xe3\xba\xc3'.repeat(3)}"; f($a, $b, $c, $d, $e); `.repeat(3);

    expect(viewOf(`<?php f("${base64(bytesOf(text))}");`, 'php', 'payload')).toBe(`${text.trimEnd()}\n`);
  });

  it('takes names, images and noise for what they are', () => {
    const png = base64(Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), noise(3000)]));
    const text = `<?php $aVeryLongNameOfSomethingThatIsNoPayloadAtAll = "${png}"; $b = "${base64(noise(3000, 7))}";`;

    expect(viewOf(text, 'php', 'payload')).toBeUndefined();
  });
});

describe('lines', () => {
  it.each<[ScriptLanguage, string]>([
    ['php', '<?php\n/* a\n b */\nfirst();\n\n\n// c\nsecond("x" .\n "y" . chr(97));\n\nthird();'],
    ['jsp', '<%\n/* a\n b */\nfirst();\\u000a//\\u000a\n\n// c\nsecond("x" +\n "y" + (char)97);\n\nthird(); %>'],
  ])('are those of the original file in every view (%s)', (language, text) => {
    const lines = text.split('\n');
    const views = scriptViews(bytesOf(text), language);

    expect(views.map(({ name }) => name)).toEqual(['raw', 'stripped', 'decoded']);
    for (const view of views) {
      for (const word of ['first', 'second', 'third']) {
        const at = textOf(view)!.indexOf(word);
        expect([view.name, word, view.lineOf(at)]).toEqual([
          view.name,
          word,
          lines.findIndex((line) => line.includes(word)) + 1,
        ]);
      }
    }
  });

  it('end where a line feed stands, as those of rules do', () => {
    const [raw] = scriptViews(bytesOf('a\r\nb\rc\nd'), 'sh');

    expect([...'abcd'].map((c) => raw!.lineOf('a\r\nb\rc\nd'.indexOf(c)))).toEqual([1, 2, 2, 3]);
  });
});

describe('hostile files', () => {
  const grammar = fc.array(
    fc.constantFrom(
      ...[
        '<?php ',
        '?>',
        '<?',
        '<%',
        '%>',
        '<%--',
        '--%>',
        '<!--',
        '-->',
        '<!---',
        '--->',
        '<script runat=server>',
        '</script>',
      ],
      ...[
        '<jsp:scriptlet>',
        '<cfscript>',
        '<cf',
        '/*',
        '*/',
        '//',
        '#',
        '#[',
        '"',
        "'",
        '`',
        '\\',
        '\n',
        ' ',
        '<<<A',
        'A',
        '<<"B"',
      ],
      ...[
        '"""',
        'q(',
        's{',
        'tr/',
        '=~ /',
        '=pod',
        '\n=cut',
        'chr(',
        '97',
        ')',
        '.',
        '+',
        '&',
        '^',
        '~',
        '\\x61',
        '\\u0061',
        '%41',
      ],
      ...[
        'base64_decode(',
        'strrev(',
        '"eHl6"',
        'QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=',
        'rem ',
        ':',
        '(char)',
        '\0',
        '\xff',
      ],
    ),
    { maxLength: 60 },
  );
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    grammar.map((parts) => bytesOf(parts.join(''))),
  );

  it.each(languages)('never throw, stay within bounds, and have lines that never go back (%s)', (language) => {
    fc.assert(
      fc.property(hostile, (bytes) => {
        const views = scriptViews(bytes, language);
        expect(cnnInput(views).length).toBe(cnnBytes);
        const lines = views[0]!.lineOf(bytes.length);
        for (const { name, bytes: made, lineOf } of views) {
          if (name !== 'payload') expect(made.length).toBeLessThanOrEqual(2 * bytes.length + 2);
          let last = 1;
          for (let at = 0; at < made.length; at++) {
            const line = lineOf(at);
            expect(line).toBeGreaterThanOrEqual(last);
            expect(line).toBeLessThanOrEqual(lines);
            if (name !== 'payload') last = line;
          }
          const { count, starts, ends } = readTokens(made, language);
          for (let t = 0; t < count; t++) expect(ends[t]).toBeGreaterThan(starts[t]!);
        }
      }),
      { numRuns: 300 },
    );
  });

  const repeated = [
    'x',
    '<',
    '<?',
    '<!--',
    '<%/*%>',
    '<% " %>',
    '<cf',
    '<cf"',
    '<!---',
    '<script runat=server',
    '"',
    "'a'.",
    'q(',
    's{',
    '=/[',
    '<<<A\n',
    '<<A\n',
    'chr(',
    'chr(97).',
    'strrev(',
    'strrev("a")',
    '\\u0061',
    '%41',
    'A',
    'ABCDEFGHIJKLMNOPQRSTUVWX ',
    `${base64(deflateRawSync(Buffer.alloc(65_536, 0x61)))} `,
  ];
  // A reader that goes over the rest of the text again and again would need hours for these.
  it.each(repeated)(
    'take linear time: %j, again and again',
    (piece) => {
      const bytes = Buffer.alloc(1024 * 1024, piece, 'latin1');
      for (const language of languages) {
        const views = scriptViews(bytes, language);
        const payloads = views.filter(({ name }) => name === 'payload');

        expect(payloads.reduce((sum, view) => sum + view.bytes.length, 0)).toBeLessThanOrEqual(256 * 1024 + 2 * 1024);
        expect(cnnInput(views).length).toBe(cnnBytes);
      }
    },
    0,
  );

  it('of 50 MB in one line are read in parts, the dense one in the middle among them', () => {
    const bytes = Buffer.alloc(50_000_000, 'a b ', 'latin1');
    bytes.write('<?php ');
    bytes.write(' ; eval($_POST["inert"]); ', 30_000_000);
    const views = scriptViews(bytes, 'php');

    expect(views[0]!.bytes.length).toBeLessThan(2 * 1024 * 1024);
    expect(textOf(views[1])).toContain('eval($_POST["inert"])');
    expect(views[1]!.lineOf(views[1]!.bytes.length - 1)).toBe(1);
  }, 0);

  it('that inflate to more than they should give their beginning', () => {
    const bomb = base64(deflateRawSync(Buffer.alloc(20_000_000, 'echo 1; ')));
    const payload = viewOf(`<?php f('${bomb}');`, 'php', 'payload');

    expect(payload?.length).toBeLessThanOrEqual(64 * 1024);
    expect(payload?.startsWith('echo 1; echo 1; ')).toBe(true);
  });

  it('of UTF-16 are read as text', () => {
    const text = '\ufeff<?php // x\nf("é");';

    expect(viewOf(Buffer.from(text, 'utf16le').toString('latin1'), 'php', 'stripped')).toBe(
      Buffer.from('<?php\nf("é");').toString('latin1'),
    );
    expect(viewOf(Buffer.from(text, 'utf16le').swap16().toString('latin1'), 'php', 'stripped')).toContain('f("');
  });
});
