import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinLayers, parseConfig } from '../image/config.ts';
import type { HistoryEntry } from '../model/image.ts';
import { readHistory } from './read-history.ts';
import { rebuildDockerfile } from './rebuild-dockerfile.ts';

/** An image as its configuration tells of it. */
function imageOf(config: unknown) {
  const parsed = parseConfig(config);
  const { layers, history } = joinLayers(
    parsed.diffIds.map(() => ({ size: 1 })),
    parsed,
  );
  return { history, layers, config: parsed.config };
}

function recorded(name: string) {
  return imageOf(JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8')));
}

function entry(createdBy: string, more: Partial<HistoryEntry> = {}): HistoryEntry {
  return { index: 0, instruction: createdBy, createdBy, ...more };
}

const read = (entries: readonly HistoryEntry[], config: Record<string, unknown> = {}) =>
  readHistory({ history: entries.map((one, index) => ({ ...one, index })), config });

const ofAll =
  'ADD ARG ARG ARG ARG MAINTAINER ENV LABEL RUN RUN WORKDIR COPY COPY SHELL RUN RUN EXPOSE VOLUME STOPSIGNAL HEALTHCHECK';
const endOfAll = 'USER ENTRYPOINT CMD';

describe('the history of an image that was built with', () => {
  it.each<[string, string, string, number]>([
    ['buildkit-all', 'buildkit', `${ofAll} ${endOfAll}`, 8],
    ['buildkit-child', 'buildkit', `${ofAll} ${endOfAll} RUN USER RUN RUN ENV`, 11],
    ['buildkit-heredoc', 'buildkit', 'ADD RUN RUN COPY RUN HEALTHCHECK CMD', 5],
    ['legacy-all', 'legacy', `${ofAll} ONBUILD ${endOfAll}`, 7],
    ['legacy-child', 'legacy', `${ofAll} ONBUILD ${endOfAll} RUN USER RUN RUN ENV`, 9],
    ['buildah-all', 'buildah', `${ofAll} ONBUILD ${endOfAll}`, 1],
    ['buildah-layers', 'buildah', `${ofAll} ONBUILD ${endOfAll}`, 7],
    ['buildah-commit', 'commit', 'COMMIT', 1],
    ['buildah-history', 'commit', 'ADD RUN ENV CMD COMMIT', 1],
    ['podman-all', 'buildah', `${ofAll} ONBUILD ${endOfAll}`, 7],
    ['podman-import', 'podman', 'IMPORT', 1],
    ['podman-commit', 'podman', 'IMPORT COMMIT', 2],
    ['import', 'import', 'IMPORT', 1],
    ['import-changed', 'import', 'IMPORT', 1],
    ['commit', 'commit', 'IMPORT COMMIT', 2],
    ['commit-changed', 'commit', 'IMPORT COMMIT', 2],
    ['commit-twice', 'commit', 'IMPORT COMMIT COMMIT', 3],
    ['written-kaniko', 'kaniko', 'RUN WORKDIR COPY', 3],
    ['written-nix', 'nix', 'LAYER LAYER', 2],
    ['written-bazel', 'bazel', 'LAYER LAYER', 2],
    ['written-ko', 'ko', 'LAYER LAYER', 2],
  ])('%s has every instruction, its layer, and nothing odd', (name, builder, kinds, layers) => {
    const { instructions, ...history } = readHistory(recorded(name));

    expect(history).toEqual({ builder, oddities: [] });
    expect(instructions.map(({ kind }) => kind).join(' ')).toBe(kinds);
    const places = instructions.flatMap(({ layerIndex }) => layerIndex ?? []);
    expect(places).toEqual(Array.from({ length: layers }, (_, index) => index));
  });

  it.each(['buildkit-all', 'legacy-all', 'buildah-all'])('%s keeps what the build file said', (name) => {
    const { instructions } = readHistory(recorded(name));
    const of = (kind: string) => instructions.filter((instruction) => instruction.kind === kind);

    expect(of('ENV')[0]?.arguments.pairs).toEqual([
      { name: 'GREETING', value: 'hello there' },
      { name: 'PATH', value: '/bin:/opt/bin' },
      { name: 'QUOTED', value: 'a"b' },
    ]);
    expect(of('LABEL')[0]?.arguments.pairs[0]).toEqual({ name: 'org.example.name', value: 'an image' });
    expect(of('RUN').map(({ arguments: { command, words } }) => command ?? words)).toEqual([
      'echo one &&     echo "two  words" > /two',
      ['/bin/busybox', 'touch', '/exec'],
      'echo x | cat > /x',
      'echo "|1 A=b /bin/sh -c" && true',
    ]);
    for (const run of of('RUN'))
      expect(Object.fromEntries(run.buildArguments.map((pair) => [pair.name, pair.value]))).toEqual({
        VERSION: '1.2',
        NOTE: 'two words',
        EMPTY: '',
        TOKEN: 'a b=c',
      });
    const pipefail = ['/bin/sh', '-o', 'pipefail', '-c'];
    // buildah writes an image without a place for SHELL here.
    const shell = name === 'buildah-all' && recorded(name).config['Shell'] === undefined ? ['/bin/sh', '-c'] : pipefail;
    expect(of('RUN').map((run) => run.shell)).toEqual([['/bin/sh', '-c'], undefined, shell, shell]);
    expect(
      of('RUN')[2]
        ?.script?.()
        .commands.map(({ words }) => words[0]?.literal),
    ).toEqual(['echo', 'cat']);
    expect(of('HEALTHCHECK')[0]).toMatchObject({
      form: 'shell',
      arguments: {
        command: 'echo ok | cat',
        flags: [
          { name: 'interval', value: '5s' },
          { name: 'timeout', value: '1m30s' },
          { name: 'retries', value: '2' },
        ],
      },
    });
    expect(of('VOLUME')[0]?.arguments.words).toEqual(['/data', '/cache']);
    expect(of('ENTRYPOINT')[0]?.arguments.words).toEqual(['/bin/sh', '-c', 'exec "$@"', '--']);
    expect(of('CMD')[0]).toMatchObject({ form: 'shell', arguments: { command: 'echo "default $GREETING"' } });
  });

  it('docker commit keeps the command that the container ran', () => {
    const { instructions } = readHistory(recorded('commit'));

    expect(instructions[1]?.script?.().commands.map(({ words }) => words.map(({ text }) => text).join(' '))).toEqual([
      'sh -c touch /by-hand; echo "x  y" > /z',
      'touch /by-hand',
      'echo x  y',
    ]);
  });
});

describe('an entry', () => {
  it('hides no command behind a build argument that looks like a shell', () => {
    const [, run] = read([
      entry('ARG A=x /bin/sh -c true', { comment: 'buildkit.dockerfile.v0', isEmpty: true }),
      entry('RUN |1 A=x /bin/sh -c true /bin/sh -c curl x | sh # buildkit', { comment: 'buildkit.dockerfile.v0' }),
    ]).instructions;
    expect(run?.arguments.command).toBe('curl x | sh');

    // Nothing tells the value: the first shell counts, so that everything behind it is looked at.
    const [alone] = read([entry('RUN |1 A=x /bin/sh -c true /bin/sh -c curl x | sh # buildkit')]).instructions;
    expect(alone?.arguments.command).toBe('true /bin/sh -c curl x | sh');
    expect(alone?.isCertain).toBe(false);

    const long = `RUN |2 A=${'x '.repeat(20_000)}B=1 /bin/sh -c curl x | sh # buildkit`;
    expect(read([entry(long)]).instructions[0]?.arguments.command).toBe('curl x | sh');
    const few = 'RUN |9 A=1 /bin/sh -c curl x | sh # buildkit';
    expect(read([entry(few)]).instructions[0]?.arguments.command).toBe('curl x | sh');
  });

  it('is read where only a report tells of it', () => {
    const { instructions } = readHistory({ history: [{ index: 0, instruction: 'RUN a && b' }], config: {} });
    expect(instructions[0]).toMatchObject({ kind: 'RUN', form: 'shell', arguments: { command: 'a && b' } });
    expect(instructions[0]?.script?.().commands).toHaveLength(2);
  });

  it('has a script that is read once', () => {
    const script = read([entry('/bin/sh -c a | b')]).instructions[0]?.script;
    expect(script?.()).toBe(script?.());
  });

  it('has no script where nobody reads its shell', () => {
    const [run] = read([entry('RUN powershell -Command Write-Host a # buildkit')]).instructions;
    expect(run).toMatchObject({ kind: 'RUN', form: 'shell', arguments: { command: 'Write-Host a' } });
    expect(run?.script).toBeUndefined();
  });

  it.each([
    ["# debian.sh --arch 'amd64' out/ 'trixie' '@1'", 'LAYER', 'unknown'],
    ['', 'UNKNOWN', 'unknown'],
    ['/bin/sh -c #(nop)  WHATEVER x', 'UNKNOWN', 'legacy'],
    ['ENV A=1', 'ENV', 'unknown'],
    ['touch /x', 'RUN', 'unknown'],
  ])('%j is %s', (createdBy, kind, builder) => {
    expect(read([entry(createdBy)]).instructions[0]).toMatchObject({ kind, builder });
  });
});

describe('oddities', () => {
  const kit = { comment: 'buildkit.dockerfile.v0' };
  const at = (created: string) => entry('RUN a # buildkit', { ...kit, created });

  it.each<[string, readonly HistoryEntry[], readonly string[]]>([
    ['a missing history', [], ['missing']],
    ['an entry without anything', [entry('')], ['empty-entry']],
    ['escape sequences', [entry('RUN \u001b[2Ja # buildkit', kit)], ['control-characters']],
    ['marks of direction', [entry('RUN \u202ea # buildkit', kit)], ['control-characters']],
    ['a layer of CMD', [entry('CMD ["a"]', kit)], ['config', 'layer-of-metadata']],
    ['a COPY without a layer', [entry('COPY a /b # buildkit', { ...kit, isEmpty: true })], ['no-layer-of-content']],
    ['a count that is none', [entry('RUN |3 A=1 /bin/sh -c a # buildkit', kit)], ['build-arguments']],
    ['the year 0', [at('0000-01-01T00:00:00Z')], ['time-range']],
    ['the year 9999', [at('9999-12-31T23:59:59Z')], ['time-range']],
    ['no time', [at('yesterday')], ['time-form']],
    ['a day that is none', [at('2024-02-30T99:00:00Z')], ['time-form']],
    ['the future', [at('2031-01-01T00:00:00Z')], ['time-range']],
    ['time that runs back', [at('2024-01-02T00:00:00Z'), at('2024-01-01T00:00:00Z')], ['time-order']],
    [
      'times of builds that can be repeated',
      [at('1970-01-01T00:00:01Z'), at('0001-01-01T00:00:00Z'), at('2024-01-01T00:00:00+02:00')],
      [],
    ],
    ['an instruction of a megabyte', [entry(`RUN ${'a'.repeat(1 << 20)} # buildkit`, kit)], ['too-long']],
  ])('tells of %s', (_, entries, kinds) => {
    const history = entries.map((one, index) => ({ ...one, index }));
    const found = readHistory({ history, config: {} }, { now: new Date('2026-01-01') }).oddities;
    expect(found.map(({ kind }) => kind)).toEqual(kinds);
  });

  it('tells of a number of layers that is another, and of a configuration that is', () => {
    const history = [entry('RUN a # buildkit', kit), { ...entry('USER a', { ...kit, isEmpty: true }), index: 1 }];
    const found = readHistory({ history, layers: [], config: { User: 'b' } }).oddities;
    expect(found).toEqual([
      { kind: 'layer-count', message: 'the history tells of 1 layers, the image has 0' },
      { kind: 'config', message: 'USER of the history is not what the configuration says' },
    ]);
  });

  it('are told of ten thousand entries, as far as a reader may want', () => {
    const history = Array.from({ length: 10_000 }, (_, index) => ({ index, instruction: '' }));
    const { instructions, oddities } = readHistory({ history, config: {} });
    expect(instructions).toHaveLength(10_000);
    expect(oddities).toHaveLength(1000);
    expect(oddities[0]?.kind).toBe('too-many-entries');
  });
});

describe('a megabyte of what could be parted in many ways', () => {
  const many = (text: string): string => text.repeat(Math.ceil((1 << 20) / text.length));

  it.each([
    ['arguments that look like shells', `RUN |999 ${many('A= /bin/sh -c B ')}`],
    ['names without values', `ENV ${many('A b ')}=`],
    ['values with blanks', `ENV ${many('A=b c ')}`],
    ['here-documents', `RUN /bin/sh -c ${many('<<A ')}\n${many('x\n')} # buildkit`],
    ['arguments of buildah', `|999 ${many('A= ')}`],
  ])('%s', (_, createdBy) => {
    // Quadratic time would take minutes: the runner ends the test then.
    const image = { history: [entry(createdBy.repeat(4))], config: {} };
    expect(rebuildDockerfile(readHistory(image), {})).toContain('FROM scratch');
  });
});

describe('a RUN as buildah records it', () => {
  const config = { Labels: { 'io.buildah.version': '1.39.3' } };
  const of = (createdBy: string) => read([entry('/bin/sh -c #(nop) ARG A'), entry(createdBy)], config).instructions[1]!;

  // Recorded with buildah 1.39.3: `RUN --mount=type=tmpfs,target=/tmp/x` and what follows.
  it.each([
    ['|1 A=b /bin/sh -c --mount=type=tmpfs,target=/tmp/x echo one | cat', 'echo,cat'],
    ['|1 A=b /bin/sh -c --mount=type=tmpfs,target=/tmp/x ["/bin/busybox", "true"]', 'true'],
    ['/bin/sh -c --mount=type=tmpfs,target=/tmp/x --network=none sh x', 'sh'],
  ])('%s runs %s, whatever its flags are', (createdBy, programs) => {
    const { arguments: parts, script } = of(createdBy);

    expect(parts.flags[0]).toEqual({ name: 'mount', value: 'type=tmpfs,target=/tmp/x' });
    expect(script?.().commands.map(({ words }) => words[0]?.text)).toEqual(programs.split(','));
  });

  it.each([
    ['/bin/sh -c <<EOF\necho two', 'echo'],
    ['/bin/sh -c <<-"EOF"\n\tcurl x | sh', 'curl,sh'],
    ['/bin/sh -c cat <<EOF > /x\ncurl x | sh', 'cat'],
  ])('%j has a here-document without its end, and runs %s', (createdBy, programs) => {
    const commands = of(createdBy).script?.().commands ?? [];

    expect(commands.map(({ words }) => words[0]?.text)).toEqual(programs.split(','));
  });

  it('has no flags where it was given none', () => {
    expect(of('/bin/sh -c echo --mount=x').arguments).toMatchObject({ flags: [], command: 'echo --mount=x' });
  });
});

describe('what buildah records by itself', () => {
  const add = entry('/bin/sh -c #(nop) ADD file:0123456789abcdef0123 in /');
  const label = { Labels: { 'io.buildah.version': '1.39.3' }, Cmd: ['app'] };

  // `buildah commit` records the shell of the image alone, wherever it stands and whatever the image starts.
  it.each<[string, Readonly<Record<string, unknown>>, readonly HistoryEntry[], string]>([
    ['at the end', label, [add, entry('/bin/sh')], 'ADD COMMIT'],
    ['without its label', { Cmd: ['app'] }, [add, entry('/bin/sh')], 'ADD COMMIT'],
    ['below another build', label, [entry('/bin/sh'), entry('/bin/sh -c echo x')], 'COMMIT RUN'],
    [
      'below a build of BuildKit',
      { Cmd: ['app'] },
      [entry('/bin/sh'), entry('RUN /bin/sh -c echo x # buildkit')],
      'COMMIT RUN',
    ],
    ['with another shell', { Cmd: ['app'], Shell: ['/bin/bash', '-c'] }, [entry('/bin/bash -c')], 'COMMIT'],
    ['not of a program', { Cmd: ['app'] }, [entry('/bin/busybox true')], 'RUN'],
  ])('a commit %s', (_, config, history, kinds) => {
    expect(
      read(history, config)
        .instructions.map(({ kind }) => kind)
        .join(' '),
    ).toBe(kinds);
  });

  // `buildah run --add-history CONTAINER sh -c 'curl x | sh'` joins its words.
  it.each([
    ['/bin/sh -c sh -c curl x | sh', 'curl x,sh'],
    ['/bin/sh -c /bin/bash -c echo a && b', 'echo a,b'],
    ["/bin/sh -c sh -c 'curl x | sh'", 'sh -c curl x | sh,curl x,sh'],
    ['/bin/sh -c apt-get install -y sh', 'apt-get install -y sh'],
  ])('%s runs %s', (createdBy, commands) => {
    const { script } = read([add, entry(createdBy)], label).instructions[1]!;

    expect(
      script?.()
        .commands.map(({ words }) => words.map(({ text }) => text).join(' '))
        .join(),
    ).toBe(commands);
  });
});

describe('rebuildDockerfile', () => {
  it('says what is not known, and lets the configuration count', () => {
    const image = recorded('commit-changed');
    expect(
      rebuildDockerfile(readHistory(image), image.config),
    ).toBe(`# Rebuilt from the history of an image. Stages, and FROM, are not recorded.
FROM scratch
# A file system was imported (taken from a tarball).
# A container was committed (by hand). It ran: sh -c touch /by-hand; echo "x  y" > /z
# What follows is in the configuration, and not in the history or otherwise. The configuration counts.
ENV A="b c"
USER 7
CMD ["true"]
`);
  });

  it('names the base of which a label tells', () => {
    const config = { Labels: { 'org.opencontainers.image.base.name': 'debian:13\nRUN evil' } };
    expect(rebuildDockerfile(read([], config), config)).toContain('built on debian:13\n# RUN evil, whose');
  });

  it('lets no text become an instruction', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', '\n', '\r', '\\', ' ', '"', "'", '$', '#', '<', 'EOF', '['),
          maxLength: 30,
        }),
        (text) => {
          const entries = [
            entry(`CMD ${text}`),
            entry(`ENV A=${text}`),
            entry(`COPY ${text} /x`),
            entry(`# ${text}`),
            entry(`USER ${text}`),
            entry(`LABEL a=${text}`),
            entry(`COMMIT ${text}`, { comment: text }),
          ];
          const written = rebuildDockerfile(read(entries), { Env: [`B=${text}`], Cmd: [text] });
          const lines = written.split(/[\r\n]/).filter((line) => line !== '' && !line.startsWith('#'));
          expect(lines.length).toBeGreaterThan(4);
          for (const line of lines) {
            expect(line).toMatch(/^(?:FROM scratch$|(?:CMD|ENV|COPY|USER|LABEL)(?: |$))/);
            expect(line).not.toMatch(/\\\s*$/);
          }
        },
      ),
    );
  });
});

describe('a configuration of any shape', () => {
  const keys = [
    'history',
    'created_by',
    'created',
    'comment',
    'author',
    'empty_layer',
    'config',
    'Env',
    'Cmd',
    'Labels',
    'Shell',
    'Hostname',
    'rootfs',
    'diff_ids',
  ];
  const forms = fc.constantFrom(
    'RUN |2 A=1 ',
    '/bin/sh -c #(nop) ',
    'HEALTHCHECK &{["',
    'ENV A=',
    'COPY file:ab in ',
    'CMD ["a" ',
    'ONBUILD ONBUILD ',
    '|1 ',
    '# buildkit',
    'EXPOSE map[',
    'SHELL [',
    'LABEL ',
    "sh -c '",
    '<<A ',
    '\n',
    ' ',
    '"',
    '\\',
    '\ud800',
    '\u001b',
  );
  const text = fc.array(forms, { maxLength: 8 }).map((parts) => parts.join(''));
  const value = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      text,
      fc.constantFrom(null, 0, true, '9999-12-31T23:59:59Z'),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 5 }),
    ),
  })).value;

  it.each([
    ['an object that is no text', { toString: null }],
    ['an object without a prototype', Object.create(null) as object],
  ])('has %s in its shell', (_, item) => {
    const image = imageOf({ config: { Shell: [item, '-c'] }, history: [{ created_by: 'echo hello' }] });
    expect(readHistory(image).instructions).toMatchObject([{ kind: 'RUN', raw: 'echo hello' }]);
  });

  it('is read', () => {
    const root = fc.record({
      history: fc.array(
        fc.record(
          { created_by: text, comment: text, author: text, created: value, empty_layer: value },
          { requiredKeys: [] },
        ),
      ),
      config: value,
      rootfs: value,
    });
    fc.assert(
      fc.property(fc.oneof(value, root), (config) => {
        const image = imageOf(config);
        const history = readHistory(image);
        expect(history.instructions.map(({ index }) => index)).toEqual(image.history.map(({ index }) => index));
        for (const instruction of history.instructions) instruction.script?.();
        expect(rebuildDockerfile(history, image.config)).toContain('FROM scratch');
      }),
      { numRuns: 1000, seed: 20_261 },
    );
  });
});
