import { UsageError } from '../../errors.ts';
import { jsonText } from '../../formats/json-text.ts';
import { wrapWords } from '../../report/display-width.ts';
import { escapeText } from '../../report/escape.ts';
import type { Command, Invocation } from '../command.ts';
import { policyFileName } from '../policy-file.ts';
import { layOut } from '../ui/columns.ts';
import { textWidth } from '../ui/streams.ts';
import {
  type ForeignFile,
  migratePolicy,
  policyFilesOf,
  readOptionFiles,
  type WrittenFiles,
  writeFiles,
} from './files.ts';
import type { ForeignStatus } from './foreign.ts';
import { readForeignLine } from './read-line.ts';
import { optionsOfVariables } from './read-settings.ts';
import { foreignTools } from './tools.ts';
import { type Explained, type Translation, translate } from './translate.ts';
import { quoted, refuseOperators, wordsOfLine } from './words-of-line.ts';

/** What a command line of another program is here, as `--format json` has it. */
interface Migration {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  /** To be run one after the other, as a shell takes them; empty where there is nothing like it. */
  readonly commands: readonly string[];
  readonly words: readonly Explained[];
  readonly files: readonly ForeignFile[];
  /** Absent without `--write`. */
  readonly wrote?: WrittenFiles;
  readonly exitStatus: readonly ForeignStatus[];
}

/** A command by its words, which are known to name one. */
function findCommand([name, ...rest]: readonly string[], commands: readonly Command[]): Command {
  const command = commands.find((one) => one.name === name)!;
  return rest.length === 0 ? command : findCommand(rest, command.commands!);
}

/** `drydock migrate -- trivy image ...` */
export async function migrate({ words, configuration, io, commands }: Invocation): Promise<number> {
  const { settings } = configuration;
  const given = words.length === 1 && /\s/.test(words[0]!) ? wordsOfLine(words[0]!) : words;
  if (given === words) refuseOperators(words);
  const line = readForeignLine(given, foreignTools);
  if (line === undefined) {
    const names = foreignTools.map(({ name }) => name).join(', ');
    throw new UsageError('usage.option', `none of ${names} is on the line, and others are not known.`);
  }
  const { tool } = line;
  const variables = optionsOfVariables(tool, { ...io.environment, ...Object.fromEntries(line.variables) });
  const file = await readOptionFiles(line, io);
  const all = await commands();
  const translation = translate(line, [...variables, ...file.options], {
    find: (path) => findCommand(path, all),
    toFile: settings.write,
  });
  const policy = await migratePolicy(await policyFilesOf(line, translation.policyFiles, io), io);
  const wrote = settings.write ? await writeFiles(translation.settings, policy.text, io) : undefined;
  const migration: Migration = {
    schemaVersion: 1,
    tool: { name: tool.name, version: tool.version },
    commands: commandsOf(translation, policy.text === undefined || settings.write ? undefined : policy.files),
    words: translation.words,
    files: [...file.files, ...policy.files],
    ...(wrote !== undefined && { wrote }),
    exitStatus: tool.statuses,
  };
  await io.stdout.write(
    settings.format === 'json' ? jsonText(migration) : toText(migration, textWidth(io.stdout, io.environment)),
  );
  return 0;
}

function commandsOf({ command }: Translation, policyFiles: readonly ForeignFile[] | undefined): readonly string[] {
  const imports = (policyFiles ?? []).map(
    ({ file }) => `drydock policy import ${file.split(', ').map(quoted).join(' ')} >${policyFileName}`,
  );
  const own = command === undefined ? [] : [['drydock', ...command].map(quoted).join(' ')];
  return [...imports, ...own];
}

const verdicts: Readonly<Record<Explained['verdict'], string>> = {
  same: '',
  other: '',
  needless: '(not needed)',
  none: '(none)',
  unknown: '(unknown)',
};

const origins: Readonly<Record<Explained['from'], string>> = {
  line: '',
  environment: 'environment: ',
  file: 'file: ',
  default: '',
};

function toText({ commands, words, files, wrote, exitStatus, tool }: Migration, width: number): string {
  const paragraph = (text: string): string => `${wrapWords(escapeText(text), width).join('\n')}\n`;
  const sections = [
    // Not wrapped: to be copied.
    commands.length === 0 ? paragraph('There is no command for it.') : `${commands.map(escapeText).join('\n')}\n`,
    layOut(
      [tool.name, 'Here', ''],
      words.map(({ given, from, here, verdict, why }) => [`${origins[from]}${given}`, here ?? verdicts[verdict], why]),
      width,
    ),
    files
      .map(({ file, what, left }) => [`${file}: ${what}.`, ...left.map((one) => `  ${one}`)].map(paragraph).join(''))
      .join(''),
    wrote === undefined
      ? ''
      : [
          ...wrote.written.map((name) => paragraph(`Wrote ${name}.`)),
          ...wrote.kept.map((name) => paragraph(`${name} is there already, and was left as it is.`)),
        ].join(''),
    layOut(
      [`Exit status of ${tool.name}`, 'Here'],
      exitStatus.map(({ theirs, here }) => [theirs, here]),
      width,
    ),
  ];
  return sections.filter((section) => section !== '').join('\n');
}
