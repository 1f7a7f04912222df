import { readShell } from '../../formats/shell/read-shell.ts';
import type { ShellCommand, ShellScript } from '../../model/shell-script.ts';
import { withoutSecrets } from '../../secrets/without-secrets.ts';

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
  /\/dev\/(?:tcp|udp)|\b(?:nc|ncat|netcat|socat|telnet|mkfifo|curl|wget|lwp-download|base64|base32|xxd|openssl|fetch)\b|socket|\/tmp\/|\/dev\/shm\/|stratum\+|xmrig|urlopen|b64decode/i;

const interpreter =
  /^(?:sh|bash|dash|ash|zsh|ksh|fish|busybox|python[\d.]*|perl[\d.]*|ruby[\d.]*|node|php[\d.]*|lua[\d.]*)$/;
const shell = /^(?:sh|bash|dash|ash|zsh|ksh|fish|busybox)$/;

/** Other languages that hand a shell to whoever listens. */
const connectingCode =
  /\/dev\/(?:tcp|udp)\/|socket\.socket\([\s\S]{0,300}(?:dup2|pty\.spawn|subprocess)|fsockopen\([\s\S]{0,200}(?:exec|proc_open|shell_exec)|use\s+Socket[\s\S]{0,300}exec\s*\{?["']?\/bin\/|net\.(?:connect|Socket)\([\s\S]{0,300}child_process|TCPSocket\.(?:new|open)\([\s\S]{0,200}exec/;
/** Other languages that fetch or decode what they run. */
const fetchingCode =
  /\b(?:exec|eval)\s*\(?[^\n]{0,100}(?:b64decode|urlopen|requests\.get|zlib\.decompress|bytes\.fromhex|decode_base64)|(?:os\.system|subprocess\.\w+|child_process)[^\n]{0,200}\b(?:curl|wget|base64)\b/;
const miner = /\bstratum\d?\+(?:tcp|ssl|tls):\/\/|\b(?:xmrig|xmr-stak|minerd|ethminer|kinsing|kdevtmpfsi)\b/i;

/**
 * Looks at what a shell text runs. Time is linear in its length; the first 256 Ki characters count.
 * @param code the text is of another language, and only lines of that are looked for
 */
export function suspicionsOf(text: string, { code = false }: { readonly code?: boolean } = {}): readonly Suspicion[] {
  const read = text.length > MOST_TEXT ? text.slice(0, MOST_TEXT) : text;
  if (!interesting.test(read)) return [];
  const found: Suspicion[] = code ? [] : [...inShell(readShell(read))];
  if (code) found.push(...inCode(read));
  return found.slice(0, MOST);
}

function* inCode(text: string): Iterable<Suspicion> {
  const connects = connectingCode.exec(text);
  if (connects !== null)
    yield {
      rule: 'backdoor-command',
      line: lineAt(text, connects.index),
      detail: 'holds code that connects a shell with a host',
    };
  const fetches = fetchingCode.exec(text);
  if (fetches !== null) {
    yield {
      rule: 'download-and-run',
      line: lineAt(text, fetches.index),
      detail: 'holds code that runs what it fetches or decodes',
    };
  }
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let end = text.indexOf('\n'); end >= 0 && end < at; end = text.indexOf('\n', end + 1)) line++;
  return line;
}

function* inShell({ commands }: ShellScript): Iterable<Suspicion> {
  const pipelines = Map.groupBy(commands, ({ pipeline }) => pipeline);
  /** Files that a command before put there out of the network. */
  const fetched = new Set<string>();
  const told = new Set<number>();
  for (const command of commands) {
    const program = programOf(command);
    const pipeline = pipelines.get(command.pipeline) ?? [];
    const what =
      connects(command, program, pipeline) ??
      mines(command) ??
      downloads(command, program, pipeline, commands, fetched) ??
      temporary(command);
    if (isFetcher(program)) for (const file of outputsOf(command)) fetched.add(file);
    if (what === undefined || told.has(command.pipeline)) continue;
    told.add(command.pipeline);
    yield { rule: what.rule, line: command.line, detail: `${what.words}: ${shownCommand(command)}` };
  }
}

type What = { readonly rule: Suspicion['rule']; readonly words: string } | undefined;

function programOf({ words }: ShellCommand): string {
  const name = words[0]?.text ?? '';
  return name.slice(name.lastIndexOf('/') + 1);
}

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

function connects(command: ShellCommand, program: string, pipeline: readonly ShellCommand[]): What {
  const connecting = (words: string): What => ({ rule: 'backdoor-command', words });
  const words = command.words.slice(1).map(({ text }) => text);
  const isNetwork = (text: string | undefined): boolean => /^\/dev\/(?:tcp|udp)\/./.test(text ?? '');
  if (command.redirections.some(({ target }) => isNetwork(target?.text))) {
    // A look at whether a port is open is no shell.
    return program === '' || program === 'exec' || program === 'cat' || shell.test(program)
      ? connecting('connects a shell by /dev/tcp')
      : undefined;
  }
  if (/^(?:nc|ncat|netcat)$/.test(program)) {
    const at = words.findIndex((word) => /^-[a-z]*[ec]$|^--(?:exec|sh-exec)$/.test(word));
    if (at >= 0 && /sh\b/.test(words[at + 1] ?? '')) return connecting('hands a shell to netcat');
  }
  if (/^(?:nc|ncat|netcat|telnet)$/.test(program) || (program === 'openssl' && words[0] === 's_client')) {
    if (pipeline.some((other) => other !== command && shell.test(programOf(other)))) {
      return connecting('connects a shell with a host');
    }
  }
  if (
    program === 'socat' &&
    words.some((word) => /^(?:exec|system):/i.test(word)) &&
    words.some((word) => /^(?:tcp|udp|openssl)/i.test(word))
  ) {
    return connecting('hands a program to socat');
  }
  const isCode = interpreter.test(program) && words.some((word) => /^-[a-zA-Z]*[cer]$/.test(word));
  const texts = [...words, ...command.redirections.map(({ document }) => document?.text ?? '')];
  if ((isCode || interpreter.test(program)) && texts.some((text) => connectingCode.test(text))) {
    return connecting('runs code that connects a shell');
  }
  return undefined;
}

function mines(command: ShellCommand): What {
  const isMiner = command.words.some(({ text }) => miner.test(text));
  return isMiner ? { rule: 'backdoor-command', words: 'starts a miner' } : undefined;
}

function isFetcher(program: string): boolean {
  return /^(?:curl|wget|lwp-download|fetch|aria2c)$/.test(program);
}

/** Files that a fetching command writes. */
function outputsOf({ words, redirections }: ShellCommand): readonly string[] {
  const files = redirections.filter(({ operator }) => operator.includes('>')).map(({ target }) => target?.text ?? '');
  for (const [at, { text }] of words.entries()) {
    if (/^-[a-zA-Z]*[oO]$|^--output(?:-document)?$/.test(text)) files.push(words[at + 1]?.text ?? '');
    else {
      const joined = /^--output(?:-document)?=(.+)$/.exec(text)?.[1];
      if (joined !== undefined) files.push(joined);
      const name = /^https?:\/\/.*\/([^/?#]+)$/.exec(text)?.[1];
      if (name !== undefined) files.push(name, `./${name}`);
    }
  }
  return files.filter((file) => file !== '' && file !== '-' && file !== '/dev/null');
}

function isDecoder({ words }: ShellCommand, program: string): boolean {
  const has = (pattern: RegExp): boolean => words.some(({ text }) => pattern.test(text));
  switch (program) {
    case 'base64':
    case 'base32':
    case 'basenc':
      return has(/^-[a-zA-Z]*[dD]|^--decode$/);
    case 'xxd':
      return has(/^-[a-z]*r/);
    case 'openssl':
      return has(/^(?:enc|base64)$/) && has(/^-d$/);
    default:
      return false;
  }
}

function downloads(
  command: ShellCommand,
  program: string,
  pipeline: readonly ShellCommand[],
  commands: readonly ShellCommand[],
  fetched: ReadonlySet<string>,
): What {
  const isRunning = (words: string): What => ({ rule: 'download-and-run', words });
  const source = isFetcher(program) ? 'fetches' : isDecoder(command, program) ? 'decodes' : undefined;
  if (source !== undefined) {
    const isPiped = pipeline.some((other) => other.position > command.position && interpreter.test(programOf(other)));
    const host = command.within.findLast(({ kind }) => kind === 'substitution' || kind === 'process')?.host;
    const outer = host === undefined ? undefined : commands[host];
    const outerProgram = outer === undefined ? '' : programOf(outer);
    const isRun =
      outer !== undefined &&
      (/^(?:eval|source|\.)$/.test(outerProgram) ||
        interpreter.test(outerProgram) ||
        outer.words[0]?.text.startsWith('$(') === true);
    if (isPiped || isRun) return isRunning(`runs what it ${source}`);
  }
  if (fetched.size > 0) {
    const [first, second] = command.words;
    const run = interpreter.test(program) || /^(?:source|\.)$/.test(program) ? second?.text : first?.text;
    if (run !== undefined && fetched.has(run)) return isRunning('runs a file that it fetched');
  }
  return undefined;
}

function temporary(command: ShellCommand): What {
  const [first, second] = command.words;
  const run = interpreter.test(programOf(command)) ? second?.literal : first?.literal;
  return run !== undefined && /^\/(?:tmp|var\/tmp|dev\/shm)\/./.test(run)
    ? { rule: 'runs-from-temporary', words: 'runs a program of a directory that everybody may write' }
    : undefined;
}
