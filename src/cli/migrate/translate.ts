import { type OptionName, type OptionSpec, optionTable } from '../../config/options.ts';
import { type Command, commonOptions } from '../command.ts';
import type { Answer, ForeignTool, Verdict } from './foreign.ts';
import type { ForeignLine, GivenOption } from './read-line.ts';

/** One word of the other program, and what became of it. */
export interface Explained {
  /** As it was given, or in words: `by itself`. */
  readonly given: string;
  readonly from: 'line' | 'environment' | 'file' | 'default';
  /** Ours; absent where there is none. */
  readonly here?: string;
  readonly verdict: Verdict | 'unknown';
  readonly why: string;
}

/** What a line of another program is here. */
export interface Translation {
  readonly tool: ForeignTool;
  /** Our command and its words, without the program's name; absent where there is none. */
  readonly command?: readonly string[];
  readonly words: readonly Explained[];
  /** Files of accepted findings that it names. */
  readonly policyFiles: readonly string[];
  /** What a file can hold for us instead of the command line, where a file of theirs said it. */
  readonly settings: ReadonlyMap<OptionName, string | true>;
}

export interface TranslationOptions {
  /** Finds a command of ours by its words. */
  readonly find: (path: readonly string[]) => Command;
  /** What files said goes to a file again, where one can hold it. */
  readonly toFile?: boolean;
}

/** Whether drydock.yaml can hold it, also where nobody names the file. */
function mayBeInFile(name: OptionName): boolean {
  const spec: OptionSpec = optionTable[name];
  return spec.only === undefined && spec.personal !== true;
}

/**
 * Translates a command line of another program, with what variables and files say. Of an option that was given in several
 * places the line counts before the environment, and that before the file.
 */
export function translate(
  line: ForeignLine,
  elsewhere: readonly GivenOption[],
  { find, toFile = false }: TranslationOptions,
): Translation {
  const { tool, meant } = line;
  const given = settle(tool, [...line.options, ...elsewhere]);
  const flags = new Set(given.flatMap(({ option }) => option.flags));
  const answers = given.map((one) => ({ ...one, answer: one.option.here(one.value) }));
  const implied = tool.implied?.(flags) ?? [];
  const instead = answers.find(({ answer }) => answer.command !== undefined)?.answer.command;
  const here = instead ?? meant.here;
  const command = here === undefined || here === 'help' ? undefined : find(here.split(' '));
  const takes = (name: OptionName, value: string | true): boolean =>
    command !== undefined && canSay(command, name, value);
  const settings = new Map<OptionName, (string | true)[]>();
  const inFile = new Map<OptionName, string | true>();
  const words: Explained[] = [];
  for (const { answer, shown, from } of [
    ...answers,
    ...implied.map((answer) => ({ answer, shown: 'by itself', from: 'default' as const })),
  ]) {
    const ours = (answer.settings ?? []).filter(([name, value]) => takes(name, value));
    const isLost = answer.settings !== undefined && ours.length < answer.settings.length;
    for (const [name, value] of ours) {
      if (toFile && from === 'file' && mayBeInFile(name)) inFile.set(name, value);
      else if (name === 'output') settings.set(name, [...(settings.get(name) ?? []), value]);
      else settings.set(name, [value]);
    }
    if (answer.alsoChecks === undefined) words.push(explain(answer, ours, isLost ? here : undefined, shown, from));
  }
  for (const { answer, shown, from } of answers) {
    const { alsoChecks } = answer;
    if (alsoChecks === undefined) continue;
    const named = settings.get('checks')?.[0] ?? inFile.get('checks');
    const all = named === undefined || !takes('checks', named) ? undefined : joinChecks(String(named), alsoChecks);
    if (all !== undefined && from === 'file' && inFile.has('checks')) inFile.set('checks', all);
    else if (all !== undefined) settings.set('checks', [all]);
    const isScan = takes('checks', alsoChecks.join(','));
    words.push(
      all === undefined && isScan
        ? { given: shown, from, verdict: 'needless', why: 'no other option names checks, and so all run' }
        : explain(answer, all === undefined ? [] : [['checks', all]], isScan ? undefined : here, shown, from),
    );
  }
  // A file alone takes the place of standard output, in the format that is named beside it.
  const isBare = (settings.get('output') ?? []).some((value) => value !== true && !value.includes('='));
  if (isBare && !settings.has('format')) settings.set('format', [inFile.get('format') ?? 'table']);
  const subjects = [
    ...answers.flatMap(({ answer }) => answer.subject ?? []),
    ...(instead === undefined ? line.subjects : []),
  ];
  const scheme = answers.find(({ answer }) => answer.scheme !== undefined)?.answer.scheme ?? meant.scheme ?? '';
  const images: string[] = [];
  for (const subject of subjects) {
    const { here: ours, why } = tool.subjectOf?.(subject) ?? { here: subject, why: '' };
    if (ours === undefined) words.push({ given: subject, from: 'line', verdict: 'none', why });
    else if (meant.subjectAs !== undefined) settings.set(meant.subjectAs, [ours]);
    else images.push(`${scheme}${ours}`);
    if (ours !== undefined && (ours !== subject || scheme !== '')) {
      words.push({ given: subject, from: 'line', here: `${scheme}${ours}`, verdict: 'other', why });
    }
  }
  for (const word of line.unknown) {
    const why = `no option of ${tool.name} ${tool.version} that is known here`;
    words.push({ given: word, from: 'line', verdict: 'unknown', why });
  }
  const subjectsHere = command === undefined ? [] : wordsFor(command, images);
  const isWhole = subjectsHere.every((word, index) => word === images[index]);
  return {
    tool,
    words: [
      {
        given: `${tool.name} ${line.command}`.trim(),
        from: 'line',
        ...(here !== undefined && { here: `drydock ${here}` }),
        verdict: here === undefined ? 'none' : 'other',
        why: isWhole || here === undefined ? meant.why : 'the line names nothing to scan',
      },
      ...words,
    ],
    ...(here !== undefined && {
      command: [
        ...here.split(' '),
        ...subjectsHere,
        ...[...settings].flatMap(([name, values]) =>
          values.flatMap((value) => (value === true ? [`--${name}`] : flagWords(name, value))),
        ),
      ],
    }),
    policyFiles: answers.flatMap(({ answer }) => answer.policyFile ?? []),
    settings: inFile,
  };
}

/** `none` and others are the others. */
function joinChecks(named: string, more: readonly string[]): string {
  return [...new Set([...named.split(',').filter((word) => word !== 'none'), ...more])].join(',');
}

/** Whether the command has the option, and can have this value of it. */
export function canSay({ options, formats = [] }: Command, name: OptionName, value: string | true): boolean {
  if (commonOptions.includes(name)) return true;
  if (!options.includes(name)) return false;
  if (value === true) return true;
  if (name === 'format') return formats.includes(value);
  return name !== 'output' || !value.includes('=') || formats.includes(value.slice(0, value.indexOf('=')));
}

/** As many words as the command needs and takes: for those that nobody gave their names stand. */
function wordsFor({ arguments: wanted }: Command, given: readonly string[]): readonly string[] {
  const needed = wanted.filter(({ optional }) => optional !== true);
  const most = wanted.some(({ several }) => several === true) ? given.length : wanted.length;
  return [...given.slice(0, most), ...needed.slice(given.length).map(({ name }) => name.toUpperCase())];
}

/** A value that begins with a hyphen would be taken for a flag. */
export function flagWords(name: OptionName, value: string): readonly string[] {
  return value.startsWith('-') ? [`--${name}=${value}`] : [`--${name}`, value];
}

function explain(
  { verdict, why, command, subject, scheme, policyFile }: Answer,
  ours: readonly (readonly [OptionName, string | true])[],
  refusing: string | undefined,
  given: string,
  from: Explained['from'],
): Explained {
  if (refusing !== undefined && ours.length === 0) {
    return { given, from, verdict: 'none', why: `"drydock ${refusing}" has no option for it` };
  }
  const here = [
    ...(command === undefined ? [] : [`drydock ${command}`]),
    ...(subject === undefined ? [] : [subject]),
    ...(scheme === undefined ? [] : [`${scheme}IMAGE`]),
    ...(policyFile === undefined ? [] : ['drydock policy import']),
    ...ours.map(([name, value]) => (value === true ? `--${name}` : `--${name} ${value}`)),
  ].join(' ');
  return { given, from, ...(here !== '' && { here }), verdict, why };
}

/** One of each option, in the order of the table: line, environment, file. Lists of one line are joined. */
function settle(tool: ForeignTool, given: readonly GivenOption[]): readonly GivenOption[] {
  return tool.options.flatMap((option) => {
    const all = given.filter((one) => one.option === option);
    const origin = (['line', 'environment', 'file'] as const).find((from) => all.some((one) => one.from === from));
    const own = all.filter(({ from }) => from === origin);
    const last = own.at(-1);
    if (last === undefined) return [];
    // Flags that have one answer for all of them.
    if (option.takes === undefined) return [...new Map(own.map((one) => [one.shown, one])).values()];
    if (option.takes === 'text') return [last];
    return [
      { ...last, value: own.map(({ value }) => value).join(','), shown: own.map(({ shown }) => shown).join(' ') },
    ];
  });
}
