import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ociLayout } from '../../test/support/image.ts';
import { debianLayer } from '../../test/support/root-file-systems.ts';
import { runDrydock } from '../../test/support/run.ts';
import { temporaryFolder, writeTemporary } from '../../test/support/temporary.ts';
import { environmentName, type OptionName, type OptionSpec, optionTable } from '../config/options.ts';
import { resolveConfiguration } from '../config/settings.ts';
import { type Command, type CommandIo, commonOptions } from './command.ts';
import { loadCommands } from './commands/index.ts';
import { describeFailure } from './failure.ts';
import { parseCommandLine } from './program.ts';
import { createLogger } from './ui/log.ts';
import { createProgressLine } from './ui/progress.ts';

/** Controls, format characters and separators: a terminal obeys them, or hides what they are. */
const unsafe = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/** What a line of its own would begin with. */
const injected = 'injected:';

const colour = '\u001b[31m';
const bidi = '\u202e\u2066';
const nasty = [colour, '\r', `\n${injected}`, bidi, '\u009b2J', '\u0007', '\u2028', '\ud800', '\u{e0041}'];

/** A word that somebody else chose, such as the name of an image, with something in it that a terminal would obey. */
const hostileWord = fc
  .tuple(
    fc.constantFrom(
      '',
      'a',
      'high',
      'linux',
      'json',
      '127',
      'http:',
      'registry:a',
      'docker:a',
      'dir:a',
      'all',
      'json=a',
    ),
    fc.constantFrom(...nasty),
    fc.constantFrom('', 'b', ':1', '@sha256:0', ...nasty),
  )
  .map((parts) => parts.join(''));

/** Where a word can stand: arguments, environment and configuration of one call. */
interface Call {
  readonly argv: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly yaml?: string;
}

type Place = readonly [name: string, call: (word: string) => Call];

/** Beyond this machine without tokens: whatever else it is told, a service that is to be there does not start. */
const neverStarts: Readonly<Partial<Record<string, readonly string[]>>> = {
  serve: ['--listen=0.0.0.0:0'],
  map: ['--listen=0.0.0.0:0', '--no-token'],
  // It would try every engine for each word.
  doctor: ['--format=none'],
};

/** Of one platform alone. */
const image = writeTemporary('image.tar', ociLayout({ layers: [debianLayer()], platform: 'linux/amd64' }));

function placesOf(command: Command, names: readonly string[]): Place[] {
  const called = names.join(' ');
  const always = neverStarts[command.name] ?? [];
  const words = command.arguments.map(({ name }) => (name === 'image' ? image : 'a'));
  const options = [...commonOptions, ...command.options].filter((name) => optionOf(name).kind !== 'switch');
  const own = (command.ownOptions ?? []).map(
    ({ name }): Place => [
      `${called} -${name}`,
      // On this machine, where nobody listens, whatever a URL makes of the word.
      (word) => ({ argv: [...names, `-${name}`, name === 'endpoint' ? `http://127.0.0.1:1/${word}` : word, image] }),
    ],
  );
  const children = (command.commands ?? []).flatMap((child) => placesOf(child, [...names, child.name]));
  const withWords: Place[] = [
    [`${called} WORDS`, (word) => ({ argv: [...names, ...always, ...command.arguments.map(() => word), word] })],
    [`${called} WORD`, (word) => ({ argv: [...names, ...always, word, ...words.slice(1)] })],
    [`${called} --UNKNOWN`, (word) => ({ argv: [...names, ...always, `--${word}`] })],
    [`${called} -U`, (word) => ({ argv: [...names, ...always, `-${word}`] })],
  ];
  if (command.ownOptions !== undefined) return [...withWords, ...own];
  return [
    ...withWords,
    ...children,
    ...options.flatMap((name): Place[] => [
      [`${called} --${name}`, (word) => ({ argv: [...names, ...always, ...words, `--${name}=${word}`] })],
      [`${called} --${name} and nothing else`, (word) => ({ argv: [...names, ...always, `--${name}`, word] })],
      [
        `${called}, ${name} in the environment`,
        (word) => ({ argv: [...names, ...always, ...words], environment: { [environmentName(name)]: word } }),
      ],
      [`${called}, ${name} in a file`, (word) => ({ argv: [...names, ...always, ...words], yaml: yamlOf(name, word) })],
    ]),
    [`${called}, a key of a file`, (word) => ({ argv: [...names, ...always, ...words], yaml: `${quoted(word)}: 1\n` })],
    [
      `${called}, a variable`,
      (word) => ({ argv: [...names, ...always, ...words], environment: { [`DRYDOCK_${word}`]: word } }),
    ],
  ];
}

function optionOf(name: OptionName): OptionSpec {
  return optionTable[name];
}

// YAML takes what JSON escapes; half a pair it takes for nothing.
const quoted = (word: string): string => JSON.stringify(word.toWellFormed());

function yamlOf(name: OptionName, word: string): string {
  const line = `${name}: ${quoted(word)}\n`;
  return optionOf(name).section === 'server' ? `server:\n  ${line}` : line;
}

const commands = await loadCommands();
const places: readonly Place[] = [
  ['a command', (word) => ({ argv: [word] })],
  ['an option before the command', (word) => ({ argv: [`--${word}`, 'scan'] })],
  ['a sub-command', (word) => ({ argv: ['db', word] })],
  ...commands.flatMap((command) => placesOf(command, [command.name])),
];

/** Everything that a call writes besides its result, as main.ts has it written. */
const compiled = temporaryFolder();

async function messagesOf({ argv, environment: more = {}, yaml }: Call): Promise<string> {
  const folder = temporaryFolder();
  const home = path.join(folder, 'home');
  mkdirSync(home);
  if (yaml !== undefined) writeFileSync(path.join(folder, 'drydock.yaml'), yaml);
  // No network, and no engine of this machine.
  const engines = { DOCKER_HOST: 'unix:///nowhere', CONTAINER_HOST: 'unix:///nowhere' };
  // What is compiled of rules is kept for all calls.
  const cache = { DRYDOCK_CACHE_DIR: compiled };
  const environment = {
    ...cache,
    HOME: home,
    DRYDOCK_OFFLINE: 'true',
    DRYDOCK_DB: path.join(home, 'a.db'),
    ...engines,
    ...more,
  };
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  let time = 0;
  const progress = createProgressLine({
    isTerminal: false,
    columns: () => 80,
    now: () => (time += 5000),
    write,
    later: () => () => {},
  });
  const stream = {
    isTerminal: false,
    columns: undefined,
    write: async (text: string | Uint8Array) => write(String(text)),
  };
  try {
    const request = await parseCommandLine(argv);
    if (request.kind === 'help') return '';
    const { command, words, flags } = request;
    const reconfigure = async () =>
      await resolveConfiguration(
        command.withoutConfiguration === true
          ? { flags, environment: {}, folder: '/', withoutFile: true }
          : { flags, environment, folder, formats: command.formats, clair: command.clair },
      );
    const configuration = await reconfigure();
    const log = createLogger({ quiet: false, verbose: true, write });
    if (configuration.notice !== undefined) write(`drydock: ${configuration.notice}\n`);
    for (const warning of configuration.warnings) log.warn({}, warning);
    const io: CommandIo = {
      stdout: { ...stream, write: async () => {} },
      stderr: stream,
      log,
      error: (text) => write(`drydock: ${text}\n`),
      atEnd: (text) => write(`drydock: ${text}\n`),
      takeSignals: () => {},
      progress,
      signal: new AbortController().signal,
      environment,
      folder,
      program: 'drydock',
      stdinIsTerminal: true,
    };
    await command.run!({ words, configuration, reconfigure, io, commands: loadCommands });
  } catch (error) {
    write(`drydock: ${describeFailure(error, false).text}\n`);
  }
  return written;
}

function check(messages: string, where: string): void {
  // The usage of analyze-local-images has tabs of its own.
  for (const line of messages.replaceAll('\n    \t', '\n').split('\n')) {
    expect(line, where).not.toMatch(unsafe);
    expect(line.startsWith(injected), where).toBe(false);
  }
}

describe('words that a terminal would obey', () => {
  let told = 0;
  it.each(places)('are in no message of %s', async (name, call) => {
    const property = fc.asyncProperty(hostileWord, async (word) => {
      const messages = await messagesOf(call(word));
      if (messages !== '') told++;
      check(messages, `${name}: ${JSON.stringify(word)}`);
    });
    await fc.assert(property, { numRuns: 1 });
  });

  // The others are fine, or take the word for what it is.
  it('are answered by a message in most places', () => {
    expect(places.length).toBeGreaterThan(200);
    expect(told).toBeGreaterThan(places.length / 2);
  });

  it.each([
    ['a platform', ['scan', image, '--offline', '--platform', `linux/${colour}\r${bidi}`]],
    ['an image', ['scan', '--offline', `a${colour}\n${injected}${bidi}`]],
    ['a command', [`${colour}\r${bidi}`]],
  ])('are not in what the program writes: %s', async (name, args) => {
    const { status, stdout, stderr } = await runDrydock(args);
    expect([status === 0, stdout]).toEqual([false, '']);
    expect(stderr).toMatch(/\\(?:x|u00)1b\[31m/);
    check(stderr, name);
  });
});
