import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DockerfileInstruction, InstructionArguments } from '../../model/history.ts';
import { noArguments, parseInstruction } from './parse-instruction.ts';
import { writeDockerfile, writeInstruction } from './write-instruction.ts';

const shell = (command: string) => ({ form: 'shell', command }) as const;
const exec = (...words: string[]) => ({ form: 'exec', words }) as const;

describe('parseInstruction', () => {
  it.each<[string, string, string, Partial<InstructionArguments>]>([
    ['shell form', 'RUN a && b', 'RUN', shell('a && b')],
    ['exec form', 'CMD ["a", "b c"]', 'CMD', exec('a', 'b c')],
    ['what only looks like exec form', "CMD ['a']", 'CMD', shell("['a']")],
    ['a list that is not one of texts', 'CMD [1]', 'CMD', shell('[1]')],
    ['small letters', 'run a', 'RUN', shell('a')],
    ['joined lines', 'RUN a \\\n  # a note\n\n  && b\\\n c', 'RUN', shell('a   && b c')],
    [
      'flags',
      'RUN --mount=type=secret,id=x --network=none a --b',
      'RUN',
      {
        ...shell('a --b'),
        flags: [
          { name: 'mount', value: 'type=secret,id=x' },
          { name: 'network', value: 'none' },
        ],
      },
    ],
    [
      'flags of COPY',
      'COPY --from=x --link a b /c/',
      'COPY',
      { flags: [{ name: 'from', value: 'x' }, { name: 'link' }], words: ['a', 'b', '/c/'] },
    ],
    [
      'a checksum',
      'ADD --checksum=sha256:ab http://x/y /z',
      'ADD',
      { flags: [{ name: 'checksum', value: 'sha256:ab' }], words: ['http://x/y', '/z'] },
    ],
    ['names with blanks', 'COPY ["a b", "/c d"]', 'COPY', { words: ['a b', '/c d'] }],
    [
      'ENV',
      `ENV A=1 B="x y" C='$z' D=e\\ f`,
      'ENV',
      {
        pairs: [
          { name: 'A', value: '1' },
          { name: 'B', value: 'x y' },
          { name: 'C', value: '$z' },
          { name: 'D', value: 'e f' },
        ],
      },
    ],
    ['ENV of the older form', 'ENV A b "c"  d=e', 'ENV', { pairs: [{ name: 'A', value: 'b c  d=e' }] }],
    [
      'LABEL',
      'LABEL "a b"=c d.e="f\\"g"',
      'LABEL',
      {
        pairs: [
          { name: 'a b', value: 'c' },
          { name: 'd.e', value: 'f"g' },
        ],
      },
    ],
    ['ARG', 'ARG A B=1 C=', 'ARG', { pairs: [{ name: 'A' }, { name: 'B', value: '1' }, { name: 'C', value: '' }] }],
    ['EXPOSE', 'EXPOSE 80 53/udp', 'EXPOSE', { words: ['80', '53/udp'] }],
    ['VOLUME', 'VOLUME ["/a b"]', 'VOLUME', { words: ['/a b'] }],
    ['WORKDIR with blanks', 'WORKDIR "/a b"', 'WORKDIR', { words: ['/a b'] }],
    ['SHELL', 'SHELL ["/bin/bash", "-c"]', 'SHELL', { words: ['/bin/bash', '-c'] }],
    [
      'HEALTHCHECK',
      'HEALTHCHECK --interval=5s CMD a | b',
      'HEALTHCHECK',
      { ...shell('a | b'), flags: [{ name: 'interval', value: '5s' }] },
    ],
    ['HEALTHCHECK NONE', 'HEALTHCHECK NONE', 'HEALTHCHECK', { isNone: true }],
    [
      'a here-document',
      'RUN <<EOF\na\nb\nEOF',
      'RUN',
      { ...shell('a\nb\n'), documents: [{ name: 'EOF', content: 'a\nb\n', isExpanded: true }] },
    ],
    [
      'one with tabs',
      'RUN <<-"EOF"\n\ta\n\tEOF',
      'RUN',
      { ...shell('a\n'), documents: [{ name: 'EOF', content: 'a\n', isExpanded: false }] },
    ],
    [
      'one for a program',
      'RUN cat <<A > /x\nb\nA',
      'RUN',
      { ...shell('cat <<A > /x\nb\nA'), documents: [{ name: 'A', content: 'b\n', isExpanded: true }] },
    ],
    [
      'one that is a file',
      'COPY <<a.txt /b/\nc\na.txt',
      'COPY',
      { words: ['<<a.txt', '/b/'], documents: [{ name: 'a.txt', content: 'c\n', isExpanded: true }] },
    ],
    ['one that is not closed', 'RUN cat <<A\nb', 'RUN', shell('cat <<A\nb')],
    ['what is no instruction', 'WHAT a "b c"', 'WHAT', { words: ['a', 'b c'] }],
    ['nothing', '', '', {}],
  ])('reads %s', (_, text, keyword, parts) => {
    expect(parseInstruction(text)).toEqual({ keyword, arguments: { ...noArguments, ...parts } });
  });

  it('reads what ONBUILD puts off', () => {
    expect(parseInstruction('ONBUILD RUN a').arguments.trigger).toEqual(parseInstruction('RUN a'));
    expect(parseInstruction('ONBUILD '.repeat(100_000))).toMatchObject({ keyword: 'ONBUILD' });
  });

  it('takes another escape character', () => {
    expect(parseInstruction('RUN a `\n b\\', { escapedBy: '`' }).arguments.command).toBe('a  b\\');
  });

  it('takes any text', () => {
    const parts = fc.constantFrom(
      'RUN ',
      'ENV ',
      'COPY ',
      'ONBUILD ',
      'HEALTHCHECK ',
      '--',
      '=',
      '"',
      "'",
      '\\',
      '\n',
      '\\\n',
      '<<A',
      '[',
      ']',
      '{',
      '#',
      ' ',
      'é',
      '\0',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 40 }), (pieces) => {
        writeInstruction(parseInstruction(pieces.join('')));
      }),
      { numRuns: 3000 },
    );
  });
});

describe('writeInstruction', () => {
  const plain = fc
    .string({ unit: fc.constantFrom(...`ab1./-_:$"'\\#[{<>|& é`), minLength: 1, maxLength: 10 })
    .map((text) => text.trim())
    .filter((text) => text !== '');
  const lines = fc.array(plain, { minLength: 2, maxLength: 4 }).map((all) => `${all.join('\n')}\n`);
  const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/);
  const words = fc.array(plain, { minLength: 2, maxLength: 4 });
  const pairs = fc.array(fc.record({ name, value: plain }), { minLength: 1, maxLength: 4 });
  const instruction =
    (keyword: string) =>
    (parts: Partial<InstructionArguments>): DockerfileInstruction => ({
      keyword,
      arguments: { ...noArguments, ...parts },
    });

  it.each<[string, fc.Arbitrary<DockerfileInstruction>]>([
    ['RUN of one line', plain.map(shell).map(instruction('RUN'))],
    ['RUN of several lines', lines.map(shell).map(instruction('RUN'))],
    ['CMD of exec form', words.map((all) => exec(...all)).map(instruction('CMD'))],
    ['ENV', pairs.map((all) => ({ pairs: all })).map(instruction('ENV'))],
    ['LABEL', pairs.map((all) => ({ pairs: all })).map(instruction('LABEL'))],
    ['ARG', pairs.map((all) => ({ pairs: all })).map(instruction('ARG'))],
    ['COPY', words.map((all) => ({ words: all })).map(instruction('COPY'))],
    ['EXPOSE', words.map((all) => ({ words: all })).map(instruction('EXPOSE'))],
    ['VOLUME', words.map((all) => ({ words: all })).map(instruction('VOLUME'))],
    ['SHELL', words.map((all) => ({ words: all })).map(instruction('SHELL'))],
    ['WORKDIR', plain.map((all) => ({ words: [all] })).map(instruction('WORKDIR'))],
    ['USER', plain.map((all) => ({ words: [all] })).map(instruction('USER'))],
    // A name of a file that looks like a flag.
    ['COPY of a flag', fc.constant(instruction('COPY')({ words: ['--from=a', 'b', 'c'] }))],
    ['ADD of a flag', fc.constant(instruction('ADD')({ words: ['--link', 'b'] }))],
  ])('writes %s so that it is read as it was', (_, arbitrary) => {
    fc.assert(
      fc.property(arbitrary, (one) => {
        const text = writeInstruction(one);
        const { documents: __, ...again } = parseInstruction(text).arguments;
        const { documents: ___, ...before } = one.arguments;
        // Values count as literal: what is escaped stays that when it is read.
        // A text that only fits a here-document ends with its line.
        const command = again.command?.trimEnd();
        expect({ text, ...again, command }).toEqual({ text, ...before, command: before.command?.trimEnd() });
      }),
      { numRuns: 500, seed: 20_261 },
    );
  });

  it('writes what a backslash at the end would take the next line into in another form', () => {
    expect(writeInstruction(parseInstruction('CMD a\\ '))).toBe('CMD ["/bin/sh","-c","a\\\\"]');
    expect(writeInstruction({ keyword: 'RUN', arguments: { ...noArguments, ...shell('a \\') } })).toBe(
      "RUN <<'EOF'\na \\\nEOF",
    );
  });
});

describe('writeDockerfile', () => {
  it('keeps comments in comments', () => {
    expect(writeDockerfile([{ comment: 'a\nRUN b\rRUN c' }, parseInstruction('RUN d')])).toBe(
      '# a\n# RUN b\n# RUN c\nRUN d\n',
    );
  });
});
