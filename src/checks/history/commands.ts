import { readShell } from '../../formats/shell/read-shell.ts';
import type { Instruction } from '../../model/history.ts';
import type { ShellCommand } from '../../model/shell-script.ts';
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
}

const BLIND = 'cannot be decided: the history does not record the instructions that made the image';

const known: WeakMap<JudgedImage['history'], readonly Run[]> = new WeakMap();

/** Every instruction that runs commands, in order. */
export function runsOf({ history }: JudgedImage): readonly Run[] {
  let runs = known.get(history);
  if (runs === undefined) {
    runs = history.instructions.flatMap(runOf);
    known.set(history, runs);
  }
  return runs;
}

/** Whether the history records nothing that could be judged. */
export function isBlind({ history }: JudgedImage): boolean {
  return history.instructions.every(({ kind }) => blindKinds.has(kind));
}

const blindKinds: ReadonlySet<Instruction['kind']> = new Set(['IMPORT', 'COMMIT', 'LAYER', 'UNKNOWN']);

function runOf(instruction: Instruction): readonly Run[] {
  const { kind, form, script } = instruction;
  if (kind === 'ONBUILD') {
    const { trigger } = instruction.arguments;
    if (trigger?.keyword !== 'RUN' || trigger.arguments.command === undefined) return [];
    return [made(instruction, () => readShell(trigger.arguments.command ?? ''))];
  }
  if (kind !== 'RUN') return [];
  if (script === undefined) {
    const unread = form === undefined ? 'is not recorded' : 'is for a shell that is not read';
    return [{ instruction, commands: [], unread: `instruction ${instruction.index} ${unread}` }];
  }
  return [made(instruction, script)];
}

function made(instruction: Instruction, script: NonNullable<Instruction['script']>): Run {
  const { commands, incomplete } = script();
  const ran: RanCommand[] = [];
  const run: Run = {
    instruction,
    commands: ran,
    ...(incomplete !== undefined && { unread: `instruction ${instruction.index} was read in part: ${incomplete}` }),
  };
  for (const command of commands) {
    const [first, ...rest] = command.words;
    const name = first?.literal ?? '';
    ran.push({
      run,
      command,
      program: name.slice(name.lastIndexOf('/') + 1),
      words: rest.map(({ text }) => text),
    });
  }
  return run;
}

/** Characters of a command that evidence shows. */
const SHOWN = 120;

/** A command as evidence shows it. */
export function shown({ command }: RanCommand): string {
  const words = [...command.wrappers.flatMap((wrapper) => wrapper.words), ...command.words].map(({ text }) => text);
  const text = words.join(' ').replace(/\s+/g, ' ');
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
 * as undecided, once.
 */
export function* overRuns(image: JudgedImage, judge: (run: Run) => Said): Iterable<Seen | Undecided> {
  if (isBlind(image)) {
    yield { undecided: BLIND };
    return;
  }
  const unread: string[] = [];
  for (const run of runsOf(image)) {
    if (run.unread !== undefined) unread.push(run.unread);
    const said = judge(run);
    if (said === undefined) continue;
    const { index } = run.instruction;
    yield { ...(typeof said === 'string' ? { evidence: said } : said), instruction: index };
  }
  if (unread.length > 0) {
    const more = unread.length > 3 ? ` and ${unread.length - 3} more` : '';
    yield { undecided: `cannot be decided of all: ${unread.slice(0, 3).join('; ')}${more}` };
  }
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

/** A rule about instructions of some kinds other than RUN. */
export function instructionRule(
  doc: Rule['doc'],
  kinds: readonly Instruction['kind'][],
  judge: (instruction: Instruction, image: JudgedImage) => Said,
): Rule {
  return {
    doc,
    *judge(image) {
      if (isBlind(image)) {
        yield { undecided: BLIND };
        return;
      }
      for (const instruction of image.history.instructions) {
        if (!kinds.includes(instruction.kind)) continue;
        const said = judge(instruction, image);
        if (said === undefined) continue;
        yield { ...(typeof said === 'string' ? { evidence: said } : said), instruction: instruction.index };
      }
    },
  };
}
