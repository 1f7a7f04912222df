import { readShell } from '../../formats/shell/read-shell.ts';
import type { ShellCommand, ShellScript } from '../../model/shell-script.ts';
import { withoutSecrets } from '../../secrets/without-secrets.ts';
import { programOf } from '../code-sources.ts';
import { connectionIn, outsideIn } from '../code-texts.ts';
import { type OutsideCode, outsideCode } from '../outside-code.ts';
import { interpreterNames } from '../program-names.ts';
import { resolveScript } from '../resolve-script.ts';
import { connectionOf } from '../shell-connections.ts';

/** What a text does that nobody wants of something that starts by itself. */
export interface Suspicion {
  readonly rule: 'backdoor-command' | 'download-and-run' | 'runs-from-temporary';
  /** From 1, in the text. */
  readonly line: number;
  /** The rest of a sentence that begins with the path. */
  readonly detail: string;
}

/** Characters of a text that are read: startup files have some thousands. */
export const MOST_TEXT: number = 256 * 1024;
/** Characters of a command that are shown. */
const SHOWN = 120;
/** Suspicions of one text that are told. */
const MOST = 5;

/** No text without one of these can be suspicious: nearly all are passed over by this alone. */
const interesting =
  /\|(?!\|)|\/dev\/(?:tcp|udp)|\b(?:nc|ncat|netcat|socat|telnet|mkfifo|curl|wget|lwp-download|base64|base32|xxd|openssl|fetch|eval|exec|alias|IFS|child_process|subprocess|popen|system)\b|socket|\/tmp\b|\/dev\/shm\b|stratum\+|xmrig|urlopen|decode/i;

const miner = /\bstratum\d?\+(?:tcp|ssl|tls):\/\/|\b(?:xmrig|xmr-stak|minerd|ethminer|kinsing|kdevtmpfsi)\b/i;

/**
 * Looks at what a shell text runs. Time is linear in its length; the first 256 Ki characters count.
 * @param code the text is of another language, and only lines of that are looked for
 */
export function suspicionsOf(text: string, { code = false }: { readonly code?: boolean } = {}): readonly Suspicion[] {
  const read = text.length > MOST_TEXT ? text.slice(0, MOST_TEXT) : text;
  if (!interesting.test(read)) return [];
  if (code) return [...inCode(read)].slice(0, MOST);
  const found = [...inShell(readShell(read))];
  // Whoever hides the name of a program writes it by variables.
  const resolved = found.length === 0 ? resolveScript(read) : undefined;
  return (resolved === undefined ? found : [...inShell(resolved)]).slice(0, MOST);
}

function* inCode(text: string): Iterable<Suspicion> {
  const connects = connectionIn(text);
  if (connects !== undefined) {
    const detail = 'holds code that connects a shell with a host';
    yield { rule: 'backdoor-command', line: lineAt(text, connects), detail };
  }
  const outside = outsideIn(text);
  if (outside !== undefined) {
    const detail = 'holds code that runs what it fetches or decodes';
    yield { rule: 'download-and-run', line: lineAt(text, outside.at), detail };
  }
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}

function* inShell(script: ShellScript): Iterable<Suspicion> {
  const { commands } = script;
  const pipelines = Map.groupBy(commands, ({ pipeline }) => pipeline);
  const outside = new Map<ShellCommand, OutsideCode>();
  for (const found of outsideCode(commands))
    if (found.kind !== 'clones') outside.set(found.runner ?? found.source, found);
  const told = new Set<number>();
  for (const command of commands) {
    const pipeline = (pipelines.get(command.pipeline) ?? []).slice(0, MOST_OF_PIPELINE);
    const what = connects(command, pipeline) ?? mines(command) ?? brings(outside.get(command)) ?? temporary(command);
    if (what === undefined || told.has(command.pipeline)) continue;
    told.add(command.pipeline);
    yield { rule: what.rule, line: command.line, detail: `${what.words}: ${shownCommand(command)}` };
  }
}

/** Commands of one pipeline that are looked at. */
const MOST_OF_PIPELINE = 40;

type What = { readonly rule: Suspicion['rule']; readonly words: string } | undefined;

/** A command as evidence shows it. */
export function shownCommand({ wrappers, words, redirections }: ShellCommand): string {
  const all = [
    ...wrappers.flatMap((wrapper) => wrapper.words.map(({ text }) => text)),
    ...words.map(({ text }) => text),
    ...redirections.flatMap(({ operator, target }) => (target === undefined ? [] : [`${operator}${target.text}`])),
  ];
  return shownText(all.join(' '));
}

/** A text as evidence shows it: one line of 120 characters at most, without secrets. */
export function shownText(text: string): string {
  const flat = withoutSecrets(text)
    .slice(0, 2 * SHOWN)
    .replace(/\s+/g, ' ')
    .trim();
  return flat.length > SHOWN ? `${flat.slice(0, SHOWN)}...` : flat;
}

function connects(command: ShellCommand, pipeline: readonly ShellCommand[]): What {
  const how = connectionOf(command, pipeline);
  return how === undefined ? undefined : { rule: 'backdoor-command', words: `connects a shell with a host (${how})` };
}

function mines(command: ShellCommand): What {
  const isMiner = command.words.some(({ text }) => miner.test(text));
  return isMiner ? { rule: 'backdoor-command', words: 'starts a miner' } : undefined;
}

function brings(found: OutsideCode | undefined): What {
  if (found === undefined) return undefined;
  const { kind, runner } = found;
  const verb = kind === 'decodes' ? 'decode' : 'fetche';
  return {
    rule: 'download-and-run',
    words: runner === undefined ? `runs what it ${verb}s` : `runs a file that it ${verb}d`,
  };
}

function temporary(command: ShellCommand): What {
  const [first, second] = command.words;
  const run = interpreterNames.test(programOf(command)) ? second?.literal : first?.literal;
  return run !== undefined && /^\/(?:tmp|var\/tmp|dev\/shm)\/./.test(run)
    ? { rule: 'runs-from-temporary', words: 'runs a program of a directory that everybody may write' }
    : undefined;
}
