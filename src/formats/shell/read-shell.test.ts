import { describe, expect, it } from 'vitest';
import type { ShellCommand, ShellScript } from '../../model/shell-script.ts';
import { readShell, readWords } from './read-shell.ts';

/** One command a line: where it stands, what is around it, its words, what joins it to the next one. */
function told({ commands }: ShellScript): string[] {
  return commands.map((command) =>
    [
      command.within
        .map(
          ({ kind, name, host }) =>
            `${kind}${name === undefined ? '' : `:${name}`}${host === undefined ? '' : `@${host}`}>`,
        )
        .join(''),
      command.isNegated ? '! ' : '',
      ...command.assignments.map(({ name, value, isAppended }) => `${name}${isAppended ? '+' : ''}=${value.text} `),
      ...command.wrappers.map(({ words }) => `<${words.map(({ text }) => text).join(' ')}> `),
      command.words.map(({ text }) => text).join('·'),
      ...command.redirections.map(
        ({ descriptor = '', operator, target, document }) =>
          ` ${descriptor}${operator}${document?.text ?? target?.text}`,
      ),
      command.next === undefined ? '' : ` ${command.next}`,
    ].join(''),
  );
}

const q = String.raw;

describe('readShell', () => {
  it.each<[string, string, readonly string[]]>([
    ['words', 'a b  c', ['a·b·c']],
    ['quotes', `a 'b c' "d e" f\\ g ''`, ['a·b c·d e·f g·']],
    ['quotes in quotes', q`a "b \"c\" \d" 'e"f'`, [q`a·b "c" \d·e"f`]],
    ['joined lines', 'a b\\\nc \\\n d', ['a·bc·d']],
    ['ANSI quotes', q`a $'b\n\x41\101\u00e9\'c'`, ["a·b\nAA\u00e9'c"]],
    ['comments', 'a # b\nc#d', ['a ;', 'c#d']],
    ['operators', 'a && b || c; d & e', ['a &&', 'b ||', 'c ;', 'd &', 'e']],
    ['lines', 'a\n\n b\n', ['a ;', 'b ;']],
    ['pipes', 'a | b |& c', ['a |', 'b |&', 'c']],
    ['a line end behind an operator', 'a &&\n b |\n c', ['a &&', 'b |', 'c']],
    ['negation', '! a | b; ! ! c', ['! a |', '! b ;', 'c']],
    ['assignments', 'A=1 B="x y" c D=2; E=3', ['A=1 B=x y c·D=2 ;', 'E=3 ']],
    ['assignments of other kinds', 'A+=1 B[2]=x C=(a "b c" $d)', ['A+=1 B=x C=a b c $d ']],
    ['lists of declarations', 'declare -a A=(x y) B; c', ['declare·-a·A=·B ;', 'c']],
    ['redirections', 'a >b 2>&1 <c &>>d {e}>f 3<>g', ['a >b 2>&1 <c &>>d {e}>f 3<>g']],
    ['a redirection alone', '> a', [' >a']],
    ['numbers that are words', 'a 2 >b', ['a·2 >b']],
    ['a text for input', 'a <<< "b $c"', ['a <<<b $c']],
    ['groups', '{ a; b; } && (c; d) | e', ['group>a ;', 'group>b ;', 'subshell>c ;', 'subshell>d', 'e']],
    ['if', 'if a; then b; elif c; then d; else e; fi', ['if>a ;', 'if>b ;', 'if>c ;', 'if>d ;', 'if>e ;']],
    [
      'loops',
      'while a; do b; done; until c; do d; done',
      ['loop:while>a ;', 'loop:while>b ;', 'loop:until>c ;', 'loop:until>d ;'],
    ],
    [
      'for',
      'for x in 1 2; do a $x; done; for y; do b; done; for ((i=0;i<3;i++)); do c; done',
      ['loop:for>a·$x ;', 'loop:for>b ;', 'loop:for>c ;'],
    ],
    ['case', 'case $x in a|"b c") d;; (e) f;& *) g; esac; h', ['case>d', 'case>f', 'case>g ;', 'h']],
    [
      'functions',
      'f() { a; }; function g { b; }; function h() ( c ); f',
      ['function:f>group>a ;', 'function:g>group>b ;', 'function:h>subshell>c', 'f'],
    ],
    ['reserved words that are arguments', 'echo if then { } done; "if" a', ['echo·if·then·{·}·done ;', 'if·a']],
    ['tests', '[[ -f a && b =~ (c|d) ]] && e', ['[[·-f·a·&&·b·=~·(·c·|·d·)·]] &&', 'e']],
    ['expressions', '(( i < 3 )) && x=$((1 + $(a)))', ['(( i < 3 )) &&', 'substitution@2>a', 'x=$((1 + $(a))) ']],
    [
      'groups that look like expressions',
      '((a); b); $( (c) )',
      ['subshell>subshell>a', 'subshell>b', 'substitution@3>subshell>c', '$( (c) )'],
    ],
    [
      'substitutions',
      'a "$(b | c)" `d` <(e)',
      ['substitution@4>b |', 'substitution@4>c', 'substitution@4>d', 'process@4>e', 'a·$(b | c)·`d`·<(e)'],
    ],
    [
      'backquotes in backquotes',
      'a `b \\`c\\``',
      ['substitution@2>substitution@1>c', 'substitution@2>b·`c`', 'a·`b \\`c\\``'],
    ],
    ['commands in defaults', 'a ${B:-$(c)} "${D%"}"}"', ['substitution@1>c', 'a·${B:-$(c)}·${D%"}"}']],
    ['here-documents', 'a <<X <<-Y && b\n1\nX\n\t2\n\tY\nc', ['a <<1\n <<-2\n &&', 'b ;', 'c']],
    ['commands in here-documents', 'a <<X | b\n$(c)\nX\nd', ['substitution@1>c', 'a <<$(c)\n |', 'b ;', 'd']],
    ['quoted here-documents', "a <<'X'\n$(c)\nX", ['a <<$(c)\n ;']],
    ['patterns', 'a *.deb @(b|c) [d] {e,f}', ['a·*.deb·@(b|c)·[d]·{e,f}']],
    ['a timed group', 'time { a; }; time -p b', ['group>a ;', '<time -p> b']],
    ['coprocesses', 'coproc a b', ['a·b']],
    ['no words', '', []],
  ])('reads %s', (_, text, expected) => {
    const script = readShell(text);

    expect({ told: told(script), oddities: script.oddities }).toEqual({ told: expected, oddities: [] });
    expect(script.incomplete).toBeUndefined();
  });

  it.each<[string, string, readonly string[]]>([
    ['sudo', 'sudo -u root -E A=1 apt-get install x', ['A=1 <sudo -u root -E A=1> apt-get·install·x']],
    [
      'several',
      'exec env -i B=2 nice -n 3 timeout -s 9 5 /bin/x',
      ['B=2 <exec> <env -i B=2> <nice -n 3> <timeout -s 9 5> /bin/x'],
    ],
    ['xargs', 'a | xargs -0 -n 1 rm -f', ['a |', '<xargs -0 -n 1> rm·-f']],
    ['busybox', 'busybox wget x', ['<busybox> wget·x']],
    [
      'what starts nothing',
      'command -v a; sudo -l; env; exec > log',
      ['command·-v·a ;', 'sudo·-l ;', 'env ;', 'exec >log'],
    ],
    [
      'find',
      'find / -exec rm {} + -exec sh -c "a b" ";"',
      ['find·/·-exec·rm·{}·+·-exec·sh·-c·a b·;', 'exec@0>rm·{}', 'exec@0>sh·-c·a b', 'exec@0>script@2>a·b'],
    ],
  ])('takes wrappers off: %s', (_, text, expected) => {
    expect(told(readShell(text))).toEqual(expected);
  });

  it.each<[string, string, readonly string[]]>([
    ['sh -c', "sh -c 'a | b'; c", ['sh·-c·a | b ;', 'script@0>a |', 'script@0>b', 'c']],
    ['options before', 'bash -eux -o pipefail -c "a $B" x', ['bash·-eux·-o·pipefail·-c·a $B·x', 'script@0>a·$B']],
    ['options behind', 'bash -c -e a', ['bash·-c·-e·a', 'script@0>a']],
    ['behind wrappers', "sudo -H sh -lc 'a'", ['<sudo -H> sh·-lc·a', 'script@0>a']],
    [
      'in one another',
      q`sh -c "sh -c 'a; eval \"b c\"'"`,
      [
        q`sh·-c·sh -c 'a; eval "b c"'`,
        q`script@0>sh·-c·a; eval "b c"`,
        'script@0>script@1>a ;',
        'script@0>script@1>eval·b c',
        'script@0>script@1>script@3>b·c',
      ],
    ],
    ['eval', 'eval a "b;" c', ['eval·a·b;·c', 'script@0>a·b ;', 'script@0>c']],
    [
      'su',
      "su - user -c 'a b'; su --command=c",
      ['su·-·user·-c·a b ;', 'script@0>a·b', 'su·--command=c', 'script@2>c'],
    ],
    ['trap', "trap 'a b' EXIT; trap - EXIT", ['trap·a b·EXIT ;', 'script@0>a·b', 'trap·-·EXIT']],
    ['env -S', "env -S 'a b' c", ['<env -S a b c> ', 'script@0>a·b']],
    ['a here-document', "bash <<'X' && c\na $b\nX", ['bash <<a $b\n &&', 'script@0>a·$b ;', 'c ;']],
    ['a here-document that passes cat', 'cat <<X | sh -s\na\nX', ['cat <<a\n |', 'sh·-s ;', 'script@1>a ;']],
    ['a text for input', 'sh <<< "a b"', ['sh <<<a b', 'script@0>a·b']],
    [
      'what echo writes',
      'echo -e "a b\\nc" | sh; printf "%s\\n" d | sudo bash -',
      ['echo·-e·a b\\nc |', 'sh ;', 'script@1>a·b ;', 'script@1>c', 'printf·%s\\n·d |', '<sudo> bash·-', 'script@5>d'],
    ],
    ['what a command writes is not known', 'sh -c "$(a) b"', ['substitution@1>a', 'sh·-c·$(a) b', 'script@1>$_·b']],
    ['a shell by variable', '"$SHELL" -c a', ['$SHELL·-c·a', 'script@0>a']],
    ['a file is not known', 'sh a.sh -c b', ['sh·a.sh·-c·b']],
  ])('reads the texts for other shells: %s', (_, text, expected) => {
    expect(told(readShell(text))).toEqual(expected);
  });

  it.each<[string, string, readonly string[], readonly string[]]>([
    ['a quote that is not closed', 'a "b; c', ['a·b; c'], ['a quote is not closed']],
    ['one of the other kind', "a 'b", ['a·b'], ['a quote is not closed']],
    ['a substitution that is not closed', 'a $(b', ['substitution@1>b', 'a·$(b'], ['a substitution is not closed']],
    ['a group that is not closed', '{ a; b', ['group>a ;', 'group>b'], ['"}" is missing']],
    [
      'words that close nothing',
      'fi; done; a; } b )',
      ['a ;', 'b'],
      [
        '"fi" stands where none can',
        'nothing stands before ";"',
        '"done" stands where none can',
        'nothing stands before ";"',
        '"}" stands where none can',
        '")" stands where none can',
      ],
    ],
    [
      'a bracket in a command',
      'a (b) c',
      ['a·b', 'c'],
      ['a bracket stands where none can', '")" stands where none can'],
    ],
    [
      'an if inside a bracket that closes early',
      '(if a; then b) && c',
      ['subshell>if>a ;', 'subshell>if>b', 'c'],
      ['"fi" is missing'],
    ],
    [
      'operators in a row',
      'a && && b ; ; | c',
      ['a &&', 'b ;', 'c'],
      ['nothing stands before "&&"', 'nothing stands before ";"', 'nothing stands before "|"'],
    ],
    ['a here-document that is not closed', 'a <<X\nb', ['a <<b ;'], ['a here-document is not closed']],
    ['a test that is not closed', '[[ a; b', ['[[·a ;', 'b'], ['"]]" is missing']],
    ['a test that ends with its line', '[[ a\nb', ['[[·a ;', 'b'], ['"]]" is missing']],
    ['a case without patterns', 'case a in ; b', ['b'], ['"esac" is missing']],
  ])('goes on after %s', (_, text, expected, oddities) => {
    const script = readShell(text);

    expect(told(script)).toEqual(expected);
    expect(script.oddities.map(({ message }) => message)).toEqual(oddities);
  });

  const words = (text: string): ShellCommand['words'] => readShell(text).commands.at(-1)!.words;

  it('tells literal words from those that variables decide about', () => {
    expect(words('a"b" $C-"${D:-e}"f \\$g').map(({ literal, pieces }) => literal ?? pieces)).toEqual([
      'ab',
      [
        { kind: 'variable', text: '$C', name: 'C' },
        { kind: 'literal', text: '-' },
        { kind: 'variable', text: '${D:-e}', name: 'D', operation: ':-e' },
        { kind: 'literal', text: 'f' },
      ],
      '$g',
    ]);
  });

  it('tells quotes and patterns', () => {
    const flags = words(`a "b" *.c "*" [d] [ {e,f} {} {1..3} g?`).map(({ text, isQuoted, isPattern }) => [
      text,
      isQuoted,
      isPattern,
    ]);
    expect(flags).toEqual([
      ['a', false, false],
      ['b', true, false],
      ['*.c', false, true],
      ['*', true, false],
      ['[d]', false, true],
      ['[', false, false],
      ['{e,f}', false, true],
      ['{}', false, false],
      ['{1..3}', false, true],
      ['g?', false, true],
    ]);
  });

  it('knows where a command stands, inside other texts too', () => {
    const text = `a b &&\n  sh -c 'c; d e' |\n x "$(f g)" ; sh -c "h \\"i\\""`;
    const places = readShell(text).commands.map(({ line, offset, end }) => [line, text.slice(offset, end)]);

    expect(places).toEqual([
      [1, 'a b'],
      [2, "sh -c 'c; d e'"],
      [2, 'c'],
      [2, 'd e'],
      [3, 'f g'],
      [3, 'x "$(f g)"'],
      [3, 'sh -c "h \\"i\\""'],
      // A text whose escapes are taken off has no places of its own.
      [3, '"h \\"i\\""'],
    ]);
  });

  it('puts groups into the pipelines that they stand in', () => {
    const { commands } = readShell('{ a; } | (b) > c && d');
    const [a, b, d] = commands;

    expect(a?.within).toEqual([
      { kind: 'group', pipeline: 0, position: 0, isNegated: false, redirections: [], next: '|' },
    ]);
    expect(b?.within).toMatchObject([
      { kind: 'subshell', pipeline: 0, position: 1, redirections: [{ operator: '>' }], next: '&&' },
    ]);
    expect(d).toMatchObject({ position: 0, within: [] });
  });

  it.each<[string, string, object, string, number]>([
    ['characters', 'a; b; c', { characters: 4 }, 'longer than 4 characters', 2],
    ['commands', 'a; b; c', { commands: 2 }, 'more than 2 commands', 2],
    ['words', 'a; b c; d', { words: 2 }, 'more than 2 words', 1],
    ['depth', 'a; $($(b))', { depth: 1 }, 'more than 1 things in one another', 1],
    [
      'texts for other shells',
      `a; ${"sh -c 'bbbbbbbbbbb'; ".repeat(30)}`,
      { characters: 30 },
      'longer than 30 characters',
      4,
    ],
    [
      'texts in one another',
      `${'eval '.repeat(9)}a`,
      { characters: 46, depth: 60 },
      'too much text is given to other shells',
      8,
    ],
  ])('stops at a limit of %s, and says so', (_, text, limits, incomplete, commands) => {
    const script = readShell(text, { limits });

    expect(script.incomplete).toBe(incomplete);
    expect(script.commands).toHaveLength(commands);
  });
});

describe('readWords', () => {
  it('reads a command that is in words, and what it starts', () => {
    const script = readWords(['/usr/bin/env', 'bash', '-c', 'a "b c" | d']);

    expect(told(script)).toEqual(['</usr/bin/env> bash·-c·a "b c" | d', 'script@0>a·b c |', 'script@0>d']);
    expect(script.commands.map(({ offset, end }) => [offset, end])).toEqual([
      [0, 32],
      [21, 28],
      [31, 32],
    ]);
  });

  it.each([[[]], [['']]])('takes %j', (words) => {
    expect(readWords(words).commands).toHaveLength(words.length);
  });
});
