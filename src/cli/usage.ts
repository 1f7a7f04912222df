import { environmentName, type OptionName, type OptionSpec, optionTable } from '../config/options.ts';
import { padTo, wrapTo } from '../report/display-width.ts';
import { type Command, type CommandArgument, commonOptions, type OwnOption } from './command.ts';

const GAP = 2;

/** Names on the left, explanations beside them, wrapped. */
function list(title: string, rows: readonly (readonly [name: string, text: string])[], width: number): string[] {
  if (rows.length === 0) return [];
  const column = Math.max(...rows.map(([name]) => name.length)) + 2 * GAP;
  const lines = rows.flatMap(([name, text]) => {
    const [first = '', ...more] = wrapTo(text, Math.max(30, width - column));
    return [`${padTo(`  ${name}`, column)}${first}`, ...more.map((line) => ' '.repeat(column) + line)];
  });
  return ['', title, ...lines];
}

function argumentWords({ name, optional, several }: CommandArgument): string {
  const word = `${name.toUpperCase()}${several === true ? '...' : ''}`;
  return optional === true ? `[${word}]` : word;
}

function optionRow(name: OptionName, command: Command | undefined): readonly [string, string] {
  const spec: OptionSpec = optionTable[name];
  const choices = name === 'format' ? command?.formats : spec.choices;
  const standard = name === 'format' ? command?.formats?.[0] : (spec.defaultWords ?? spec.default);
  const details = [
    ...(choices === undefined ? [] : [choices.join(', ')]),
    ...(typeof standard === 'string' ? [`default: ${standard}`] : []),
  ];
  const text = `${spec.description}${details.length === 0 ? '' : ` (${details.join('; ')})`}`.replaceAll('`', '');
  const value = spec.value === undefined ? '' : ` ${spec.value}`;
  return [`${spec.short === undefined ? '    ' : `-${spec.short}, `}--${name}${value}`, text];
}

function ownRow({ name, value, description, default: standard }: OwnOption): readonly [string, string] {
  return [`-${name} ${value}`, `${description}${standard === undefined ? '' : ` (default: ${standard})`}`];
}

const help = ['-h, --help', 'Show help, also of one command.'] as const;

/** What a usage text is written on, and what the program is called there. */
export interface UsagePage {
  readonly width: number;
  readonly program: string;
}

/** What `drydock --help` shows. */
export function programUsage(commands: readonly Command[], { width, program }: UsagePage): string {
  return [
    `Usage: ${program} COMMAND [OPTIONS] [WORDS]`,
    '',
    ...wrapTo(
      'Opens container images layer by layer: what is inside, which layer brought it, what is wrong with it.',
      width,
    ),
    ...list(
      'Commands:',
      commands.map(({ name, summary }) => [name, summary] as const),
      width,
    ),
    ...list(
      'Options of every command:',
      [...commonOptions.map((name) => optionRow(name, undefined)), help, ['    --version', 'Show the version.']],
      width,
    ),
    '',
    ...wrapTo(
      `Every option is also an environment variable (--fail-on: ${environmentName('fail-on')}) and a key of drydock.yaml (fail-on).`,
      width,
    ),
    ...wrapTo(
      'Exit status: 0 done, 1 findings (--fail-on), 2 usage, 3 image unreadable, 4 incomplete, 5 no advisories, 70 our fault.',
      width,
    ),
    '',
  ].join('\n');
}

/** What `drydock COMMAND --help` shows. */
export function commandUsage(command: Command, path: readonly string[], page: UsagePage): string {
  const { summary, description, commands = [], options, ownOptions, examples = [], arguments: words } = command;
  const { width, program } = page;
  const called = `${program} ${path.join(' ')}`;
  const own = command.run === undefined ? [] : [`${called} [OPTIONS] ${words.map(argumentWords).join(' ')}`.trimEnd()];
  const children = commands.map((child) =>
    `${called} ${child.name} [OPTIONS] ${child.arguments.map(argumentWords).join(' ')}`.trimEnd(),
  );
  return [
    ...[...own, ...children].map((line, i) => `${i === 0 ? 'Usage:' : '      '} ${line}`),
    '',
    ...wrapTo(summary, width),
    ...(description === undefined ? [] : ['', ...description.split('\n').flatMap((line) => wrapTo(line, width))]),
    ...list(
      'Commands:',
      commands.map((child) => [child.name, child.summary] as const),
      width,
    ),
    ...list(
      'Words:',
      words.map((word) => [argumentWords(word), word.description] as const),
      width,
    ),
    ...list(
      'Options:',
      ownOptions === undefined
        ? options.map((name) => optionRow(name, command))
        : [...ownOptions.map(ownRow), ['-h', 'Show the usage as the original does.']],
      width,
    ),
    ...(ownOptions === undefined
      ? list('Options of every command:', [...commonOptions.map((name) => optionRow(name, undefined)), help], width)
      : []),
    ...(examples.length === 0
      ? []
      : [
          '',
          'Examples:',
          ...examples.map((example) => `  ${example.replace(/\bdrydock (?=[a-z])/g, () => `${program} `)}`),
        ]),
    '',
  ].join('\n');
}
