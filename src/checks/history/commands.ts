import { parseInstruction } from '../../formats/dockerfile/parse-instruction.ts';
import { readShell, readWords } from '../../formats/shell/read-shell.ts';
import type { Instruction } from '../../model/history.ts';
import type { ShellCommand } from '../../model/shell-script.ts';
import { withoutSecrets } from '../../secrets/without-secrets.ts';
import { blindReason, isBlind } from '../blind.ts';
import { type Known, resolveScript } from '../resolve-script.ts';
import type { JudgedImage, Rule, Seen, Undecided } from '../rule.ts';

/** A command that a RUN, or a trigger of ONBUILD, runs. */
export interface RanCommand {
  readonly run: Run;
  readonly command: ShellCommand;
  /** Name of the program without its folder; '' where a variable decides it. */
  readonly program: string;
  /** Its arguments, expansions as they are written. */
  readonly words: readonly string[];
}

/** An instruction that runs commands. */
export interface Run {
  readonly instruction: Instruction;
  readonly commands: readonly RanCommand[];
  /** Why it is not known, or not wholly, what it runs. */
  readonly unread?: string;
  /** That it is not known is for a limit of ours: the image tells it. */
  readonly isCut?: boolean;
}

const known: WeakMap<JudgedImage['history'], readonly Run[]> = new WeakMap();

/** Commands of one instruction that are judged, and of all: some rules compare each with each. */
const MOST_COMMANDS = 2000;
const MOST_OF_IMAGE = 20_000;
/** Characters of one text of a command that are judged. */
const MOST_TEXT = 4096;

/** Every instruction that runs commands in the build, in order. */
export function runsOf(image: JudgedImage): readonly Run[] {
  return allRuns(image).filter(({ instruction: { kind } }) => buildKinds.has(kind));
}

/** What the build runs, and what was done in a container that was committed, which nobody knows. */
const buildKinds: ReadonlySet<Instruction['kind']> = new Set(['RUN', 'ONBUILD', 'COMMIT']);

function allRuns(image: JudgedImage): readonly Run[] {
  let runs = known.get(image.history);
  if (runs === undefined) {
    const budget = { left: MOST_OF_IMAGE };
    runs = instructionsOf(image).flatMap((instruction) => runOf(instruction, budget));
    known.set(image.history, runs);
  }
  return runs;
}

/** Triggers of one image that are judged: no image has so many. */
const MOST_TRIGGERS = 200;

/** The instructions of the history, and behind them triggers that stand in the configuration alone: BuildKit records none. */
export function instructionsOf({ history, config, view }: JudgedImage): readonly Instruction[] {
  if (config.onBuild.length === 0) return history.instructions;
  const told = history.instructions.filter(({ kind }) => kind === 'ONBUILD').map(({ text }) => text);
  const untold = config.onBuild
    .slice(0, MOST_TRIGGERS)
    .filter((trigger) => !told.some((text) => text.endsWith(trigger)));
  return [
    ...history.instructions,
    ...untold.map((trigger): Instruction => {
      const text = `ONBUILD ${trigger}`;
      return {
        // They are run after everything that made the image. No entry of the history has this number.
        index: view.image.history.length,
        kind: 'ONBUILD',
        builder: history.builder,
        text,
        arguments: parseInstruction(text).arguments,
        buildArguments: [],
        isCertain: true,
        raw: text,
      };
    }),
  ];
}

/** The history index of an instruction, for a finding; none where the configuration alone knows it. */
function placeOf({ view }: JudgedImage, { index }: Instruction): Pick<Seen, 'instruction'> {
  return index < view.image.history.length ? { instruction: index } : {};
}

/** Evidence, which says of a trigger that it is one: it is not the build of this image that is judged. */
function told(image: JudgedImage, instruction: Instruction, said: NonNullable<Said>): Seen {
  const seen = typeof said === 'string' ? { evidence: said } : said;
  const evidence = instruction.kind === 'ONBUILD' ? `As a trigger of ONBUILD: ${seen.evidence}` : seen.evidence;
  return { ...seen, evidence, ...placeOf(image, instruction) };
}

function runOf(instruction: Instruction, budget: { left: number }): readonly Run[] {
  const { kind, form, script } = instruction;
  if (kind === 'ONBUILD') {
    const { trigger } = instruction.arguments;
    if (trigger?.keyword !== 'RUN') return [];
    const { form: how, command = '', words } = trigger.arguments;
    return [made(instruction, () => (how === 'exec' ? readWords(words) : readShell(command)), budget)];
  }
  if (startKinds.has(kind)) return script === undefined ? [] : [made(instruction, script, budget)];
  if (kind === 'COMMIT') {
    return [
      { instruction, commands: [], unread: `instruction ${instruction.index} keeps what was done in a container` },
    ];
  }
  if (kind !== 'RUN') return [];
  if (script === undefined) {
    const unread = form === undefined ? 'is not recorded' : 'is for a shell that is not read';
    return [{ instruction, commands: [], unread: `instruction ${instruction.index} ${unread}` }];
  }
  return [made(instruction, script, budget)];
}

/** What containers run, and not the build. */
const startKinds: ReadonlySet<Instruction['kind']> = new Set(['CMD', 'ENTRYPOINT', 'HEALTHCHECK']);

/** buildah records a RUN without the lines that follow: `RUN <<EOF`. */
function lacksDocument({ arguments: { command, trigger } }: Instruction, commands: readonly ShellCommand[]): boolean {
  if ((command ?? trigger?.arguments.command ?? '').includes('\n')) return false;
  return commands.some(({ redirections }) => redirections.some(({ operator }) => /^<<-?$/.test(operator)));
}

/** How messages name an instruction. */
function nameOf({ kind, index }: Instruction): string {
  return kind === 'ONBUILD' ? 'a trigger of ONBUILD' : `instruction ${index}`;
}

function made(
  instruction: Instruction,
  script: NonNullable<Instruction['script']>,
  budget: { left: number } = { left: MOST_COMMANDS },
): Run {
  const { commands: all, incomplete: stopped } = script();
  const commands = all.slice(0, Math.min(MOST_COMMANDS, budget.left));
  budget.left -= commands.length;
  const limited = stopped ?? (commands.length < all.length ? `it has ${all.length} commands` : undefined);
  const incomplete =
    limited ?? (lacksDocument(instruction, commands) ? 'the text of its here-document is not recorded' : undefined);
  const ran: RanCommand[] = [];
  const run: Run = {
    instruction,
    commands: ran,
    ...(incomplete !== undefined && { unread: `${nameOf(instruction)} was read in part: ${incomplete}` }),
    ...(limited !== undefined && { isCut: true }),
  };
  for (const command of commands) {
    const [first, ...rest] = command.words;
    const name = first?.literal ?? '';
    ran.push({
      run,
      command,
      program: name.slice(name.lastIndexOf('/') + 1),
      words: rest.map(({ text }) => cut(text)),
    });
  }
  return run;
}

const resolved: WeakMap<Run, { readonly run: Run | undefined }> = new WeakMap();

/** The run with the values of its variables put in, as far as build file and text tell them; undefined where that changes nothing. */
function resolvedOf(run: Run, image: JudgedImage): Run | undefined {
  let found = resolved.get(run);
  if (found === undefined) {
    const { instruction } = run;
    const { command, form, words } = (instruction.arguments.trigger ?? instruction).arguments;
    // `["sh", "-c", "text"]`
    const text = form === 'exec' ? words.find((_, at) => at > 1 && /^-[a-z]*c$/.test(words[at - 1] ?? '')) : command;
    const isRead = run.commands.length > 0 && text !== undefined;
    const script = isRead ? resolveScript(text, valuesBefore(instruction, image)) : undefined;
    found = { run: script === undefined ? undefined : made(instruction, () => script) };
    resolved.set(run, found);
  }
  return found.run;
}

interface SetValue {
  readonly index: number;
  readonly value: string;
}

const setValues: WeakMap<JudgedImage['history'], ReadonlyMap<string, readonly SetValue[]>> = new WeakMap();

/** What ENV and ARG of earlier instructions say of a variable. */
function valuesBefore({ index }: Instruction, { history }: JudgedImage): Known {
  let values = setValues.get(history);
  if (values === undefined) {
    const all = history.instructions.flatMap(({ kind, index: at, arguments: { pairs } }) =>
      kind !== 'ENV' && kind !== 'ARG'
        ? []
        : pairs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, { index: at, value }] as const])),
    );
    const byName = Map.groupBy(all, ([name]) => name);
    values = new Map([...byName].map(([name, pairs]) => [name, pairs.map(([, value]) => value)]));
    setValues.set(history, values);
  }
  const found = values;
  return (name) => found.get(name)?.findLast((set) => set.index < index)?.value;
}

/** The beginning of a text and its end, where it is long. */
function cut(text: string): string {
  return text.length <= MOST_TEXT ? text : `${text.slice(0, MOST_TEXT / 2)} ${text.slice(-MOST_TEXT / 2)}`;
}

/** What a command is given to read: here-documents and here-strings, line by line, as far as they are judged. */
export function documentLines({ command }: Pick<RanCommand, 'command'>): readonly string[] {
  const texts = command.redirections.flatMap(({ document, operator, target }) =>
    document !== undefined ? [document.text] : operator === '<<<' && target !== undefined ? [target.text] : [],
  );
  return texts.flatMap((text) => text.slice(0, MOST_DOCUMENT).split('\n').slice(0, MOST_LINES).map(cut));
}

/** Everything a command is given, as far as it is judged: words, values, files, here-documents as a whole. */
export function textsOf({ command, words }: RanCommand): readonly string[] {
  return [
    command.words[0]?.text ?? '',
    ...words,
    ...command.assignments.map(({ value }) => cut(value.text)),
    ...command.redirections.flatMap(({ target, document }) => [
      cut(target?.text ?? ''),
      (document?.text ?? '').slice(0, MOST_DOCUMENT),
    ]),
  ];
}

const MOST_DOCUMENT: number = 64 * 1024;
const MOST_LINES = 4000;
/** Commands behind another in one pipeline that are looked at. */
const MOST_BEHIND = 20;

/** The commands behind one in its pipeline, the next first. */
export function behindInPipe({ command, run }: RanCommand): readonly RanCommand[] {
  const behind: RanCommand[] = [];
  for (const other of pipelinesOf(run).get(command.pipeline) ?? []) {
    if (other.command.position > command.position && behind.push(other) === MOST_BEHIND) break;
  }
  return behind;
}

const pipelines: WeakMap<Run, ReadonlyMap<number, readonly RanCommand[]>> = new WeakMap();

/** Commands by the pipeline that they stand in. */
export function pipelinesOf(run: Run): ReadonlyMap<number, readonly RanCommand[]> {
  let found = pipelines.get(run);
  if (found === undefined) {
    found = Map.groupBy(run.commands, ({ command }) => command.pipeline);
    pipelines.set(run, found);
  }
  return found;
}

/** Characters of a command that evidence shows. */
const SHOWN = 120;

/** A command as evidence shows it: a secret may be whole only now that its words are without their quotes. */
export function shown({ command }: RanCommand): string {
  const words = [...command.wrappers.flatMap((wrapper) => wrapper.words), ...command.words].map(({ text }) => text);
  const text = withoutSecrets(words.join(' ')).replace(/\s+/g, ' ');
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text;
}

/** Whether one of the words is this flag, alone or with a value: `--name` and `--name=x`; `-y` also within `-qy`, whatever follows the letters. */
export function hasFlag(words: readonly string[], ...flags: readonly string[]): boolean {
  return words.some((word) =>
    flags.some((flag) => {
      if (word === flag || word.startsWith(`${flag}=`)) return true;
      const isShort = flag.length === 2 && flag[0] === '-' && flag[1] !== '-';
      return isShort && (/^-([A-Za-z]+)/.exec(word)?.[1] ?? '').includes(flag[1] as string);
    }),
  );
}

/** Arguments that are no flags. Of flags that take the next word as their value it is left out, too. */
export function plainWords(words: readonly string[], withValue: ReadonlySet<string> = new Set()): readonly string[] {
  const plain: string[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] as string;
    if (word === '--') return [...plain, ...words.slice(at + 1)];
    if (withValue.has(word)) at++;
    else if (!word.startsWith('-') || word === '-') plain.push(word);
  }
  return plain;
}

/** What a rule says of one instruction: words of evidence, or more than those. */
export type Said = string | (Omit<Seen, 'instruction' | 'evidence'> & { readonly evidence: string }) | undefined;

/**
 * Judges every instruction that runs commands by itself, at most one finding each. What is not known of the commands is told
 * as undecided, once, and what a limit cut once more.
 * @param options.starts what containers run is judged as well as what the build ran
 * @param options.resolves where nothing is said of a run, it is judged once more with the values of its variables put in
 */
export function* overRuns(
  image: JudgedImage,
  judge: (run: Run) => Said,
  { starts = false, resolves = false }: { readonly starts?: boolean; readonly resolves?: boolean } = {},
): Iterable<Seen | Undecided> {
  if (isBlind(image)) {
    yield { undecided: blindReason };
    return;
  }
  const unread: string[] = [];
  const cut: string[] = [];
  for (const run of starts ? allRuns(image) : runsOf(image)) {
    if (run.unread !== undefined) (run.isCut === true ? cut : unread).push(run.unread);
    let said = judge(run);
    const known = said === undefined && resolves ? resolvedOf(run, image) : undefined;
    if (known !== undefined) said = judge(known);
    if (said !== undefined) yield told(image, run.instruction, said);
  }
  if (unread.length > 0) yield { undecided: undecidedOf(unread) };
  if (cut.length > 0) yield { undecided: undecidedOf(cut), isLimit: true };
}

function undecidedOf(unread: readonly string[]): string {
  const more = unread.length > 3 ? ` and ${unread.length - 3} more` : '';
  return `cannot be decided of all: ${unread.slice(0, 3).join('; ')}${more}`;
}

/** A rule about single commands: the first of an instruction for which it has words is told. */
export function commandRule(doc: Rule['doc'], judge: (ran: RanCommand) => Said): Rule {
  return {
    doc,
    judge: (image) =>
      overRuns(image, ({ commands }) => {
        for (const ran of commands) {
          const said = judge(ran);
          if (said !== undefined) return said;
        }
        return undefined;
      }),
  };
}

/** What a trigger of ONBUILD will be in the builds of others; every other instruction as it is. */
function carriedOut(instruction: Instruction): Instruction {
  const { trigger } = instruction.arguments;
  const kind = triggerKinds.find((one) => one === trigger?.keyword);
  return trigger === undefined || kind === undefined
    ? instruction
    : { ...instruction, kind, arguments: trigger.arguments };
}

const triggerKinds: readonly Instruction['kind'][] = ['COPY', 'ADD'];

/** A rule about instructions of some kinds other than RUN; triggers of ONBUILD are judged as what they will be. */
export function instructionRule(
  doc: Rule['doc'],
  kinds: readonly Instruction['kind'][],
  judge: (instruction: Instruction, image: JudgedImage) => Said,
): Rule {
  return {
    doc,
    *judge(image) {
      if (isBlind(image)) {
        yield { undecided: blindReason };
        return;
      }
      for (const instruction of instructionsOf(image)) {
        const carried = carriedOut(instruction);
        if (!kinds.includes(carried.kind)) continue;
        const said = judge(carried, image);
        if (said !== undefined) yield told(image, instruction, said);
      }
    },
  };
}
