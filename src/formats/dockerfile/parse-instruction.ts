import type {
  DockerfileInstruction,
  InstructionArguments,
  InstructionFlag,
  InstructionPair,
} from '../../model/history.ts';
import { asTexts } from '../record.ts';
import { readDocuments } from './here-documents.ts';
import { isBlank, splitWords, unquote } from './words.ts';

export interface DockerfileOptions {
  /** Of the `# escape=` line: a backslash, or a backquote. */
  readonly escapedBy?: string;
}

/** ONBUILD may not hold ONBUILD; a text that does it all the same is followed this far. */
const TRIGGERS = 4;
const withFlags: ReadonlySet<string> = new Set(['ADD', 'COPY', 'FROM', 'HEALTHCHECK', 'RUN']);
const withDocuments: ReadonlySet<string> = new Set(['ADD', 'COPY', 'RUN']);

export const noArguments: InstructionArguments = { flags: [], words: [], pairs: [], documents: [] };

/**
 * Reads one instruction of a build file, with its continuation lines and here-documents. Every text is an instruction: where
 * it breaks the rules, what can be told is told. Variables stay as they are written.
 *
 * Source: Dockerfile reference of Docker, and the behaviour of its parser where the reference is silent.
 */
export function parseInstruction(text: string, options: DockerfileOptions = {}): DockerfileInstruction {
  return parseNested(text, options.escapedBy ?? '\\', 0);
}

function parseNested(text: string, escaping: string, depth: number): DockerfileInstruction {
  const begin = text.trimStart();
  let end = 0;
  while (end < begin.length && !isBlank(begin[end])) end++;
  const keyword = begin.slice(0, end).toUpperCase();
  const { line, below } = firstLine(begin.slice(end), escaping);
  if (keyword === 'ONBUILD') {
    const inner = begin.slice(end).trim();
    if (inner === '' || depth >= TRIGGERS) return { keyword, arguments: { ...noArguments, words: splitWords(line) } };
    return { keyword, arguments: { ...noArguments, trigger: parseNested(inner, escaping, depth + 1) } };
  }
  const { flags, rest } = withFlags.has(keyword) ? takeFlags(line, escaping) : { flags: [], rest: line.trim() };
  const documents = withDocuments.has(keyword) ? readDocuments(rest, below) : { documents: [], length: 0 };
  const parts = { ...noArguments, flags, documents: documents.documents };
  // A line that follows without belonging to a here-document is no part of the instruction, but must not be lost.
  const command = below === '' ? rest : `${rest}\n${below}`;
  return { keyword, arguments: { ...parts, ...argumentsOf(keyword, rest, command, parts, escaping) } };
}

function argumentsOf(
  keyword: string,
  rest: string,
  command: string,
  parts: InstructionArguments,
  escaping: string,
): Partial<InstructionArguments> {
  switch (keyword) {
    case 'RUN': {
      const only = parts.documents.length === 1 ? parts.documents[0] : undefined;
      // A here-document and nothing else is what the shell is given.
      if (only !== undefined && /^<<-?\S+$/.test(rest)) return { form: 'shell', command: only.content };
      return runnable(rest, command);
    }
    case 'CMD':
    case 'ENTRYPOINT':
      return runnable(rest, command);
    case 'HEALTHCHECK':
      return healthCheck(rest, command);
    case 'ENV':
    case 'LABEL':
      return { pairs: pairsOf(rest, escaping) };
    case 'ARG':
      return { pairs: splitWords(rest, escaping).map((word) => pairOf(word, escaping)) };
    case 'MAINTAINER':
      return { words: rest === '' ? [] : [rest] };
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
      return { words: rest === '' ? [] : [unquote(rest, escaping)] };
    default:
      return { words: jsonList(rest) ?? splitWords(rest, escaping).map((word) => unquote(word, escaping)) };
  }
}

function runnable(rest: string, command: string): Partial<InstructionArguments> {
  const list = rest === command ? jsonList(rest) : undefined;
  return list === undefined ? { form: 'shell', command } : { form: 'exec', words: list };
}

function healthCheck(rest: string, command: string): Partial<InstructionArguments> {
  const kind = rest.split(/\s/, 1)[0]!;
  if (kind.toUpperCase() === 'NONE') return { isNone: true };
  if (kind.toUpperCase() !== 'CMD') return runnable(rest, command);
  return runnable(rest.slice(kind.length).trim(), command.slice(kind.length).trim());
}

/** The line that the instruction stands in, continuation lines joined and comments among them left out, and what follows. */
function firstLine(text: string, escaping: string): { line: string; below: string } {
  if (!text.includes('\n')) return { line: text, below: '' };
  const parts: string[] = [];
  let at = 0;
  let goesOn = true;
  while (goesOn && at <= text.length) {
    const end = text.indexOf('\n', at);
    const raw = end < 0 ? text.slice(at) : text.slice(at, end);
    at = end < 0 ? text.length + 1 : end + 1;
    // Between continuation lines, comments and empty lines do not end the instruction.
    if (parts.length > 0 && /^\s*(?:#|$)/.test(raw)) continue;
    const trimmed = raw.trimEnd();
    goesOn = trimmed.endsWith(escaping);
    parts.push(goesOn ? trimmed.slice(0, -1) : raw);
  }
  return { line: parts.join(''), below: at <= text.length ? text.slice(at) : '' };
}

function takeFlags(line: string, escaping: string): { flags: InstructionFlag[]; rest: string } {
  const flags: InstructionFlag[] = [];
  let at = skipBlanks(line, 0);
  while (line.startsWith('--', at)) {
    let end = at;
    let quote = '';
    while (end < line.length && (quote !== '' || !isBlank(line[end]))) {
      const character = line[end]!;
      if (character === escaping) end++;
      else if (quote === '' && (character === '"' || character === "'")) quote = character;
      else if (character === quote) quote = '';
      end++;
    }
    const word = unquote(line.slice(at + 2, end), escaping);
    at = skipBlanks(line, end);
    if (word === '') break;
    const equals = word.indexOf('=');
    flags.push(equals < 0 ? { name: word } : { name: word.slice(0, equals), value: word.slice(equals + 1) });
  }
  return { flags, rest: line.slice(at).trim() };
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text[at])) at++;
  return at;
}

/** A JSON list of texts, which makes an instruction one of exec form; every other text is one for the shell. */
function jsonList(text: string): string[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined;
  try {
    return asTexts(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** `A=1 B=2`, or the older `A text to the end`. */
function pairsOf(rest: string, escaping: string): InstructionPair[] {
  const words = splitWords(rest, escaping);
  const first = words[0];
  if (first === undefined) return [];
  if (first.includes('=')) return words.map((word) => pairOf(word, escaping));
  const value = rest.slice(first.length).trim();
  return [{ name: unquote(first, escaping), value: unquote(value, escaping) }];
}

function pairOf(word: string, escaping: string): InstructionPair {
  const equals = word.indexOf('=');
  if (equals < 0) return { name: unquote(word, escaping) };
  return { name: unquote(word.slice(0, equals), escaping), value: unquote(word.slice(equals + 1), escaping) };
}
