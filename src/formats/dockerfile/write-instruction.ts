import type { DockerfileInstruction, InstructionArguments, InstructionFlag } from '../../model/history.ts';
import { freeName } from './here-documents.ts';
import { parseInstruction } from './parse-instruction.ts';
import { quote } from './words.ts';

/**
 * Writes an instruction as it stands in a build file. Values count as literal, so `$` is escaped where a builder would put
 * in a variable; texts for a shell stay as they are. Reading it again gives the same instruction, save where the grammar has
 * no words for a thing: a line break in a value of ENV becomes a blank.
 */
export function writeInstruction({ keyword, arguments: parts }: DockerfileInstruction): string {
  if (parts.trigger !== undefined) return `${keyword} ${writeInstruction(parts.trigger)}`;
  const head = [keyword, ...parts.flags.map(flag)].join(' ');
  switch (keyword) {
    case 'RUN':
    case 'CMD':
    case 'ENTRYPOINT':
      return runnable(head, parts, keyword === 'RUN');
    case 'HEALTHCHECK':
      return parts.isNone === true ? `${head} NONE` : runnable(`${head} CMD`, parts, false);
    case 'ENV':
    case 'LABEL':
    case 'ARG':
      return [
        head,
        ...parts.pairs.map(({ name, value }) =>
          value === undefined
            ? quote(unbroken(name))
            : `${quote(unbroken(name))}=${value === '' ? '""' : quote(unbroken(value))}`,
        ),
      ].join(' ');
    case 'COPY':
    case 'ADD':
      return copy(head, parts);
    case 'SHELL':
      return `${head} ${JSON.stringify(parts.words)}`;
    case 'MAINTAINER':
      return `${head} ${oneLine(parts.words.join(' '))}`;
    case 'EXPOSE':
    case 'FROM':
      return [head, ...parts.words.map((word) => quote(unbroken(word)))].join(' ');
    case 'VOLUME':
      return parts.words.every((word) => /^[\w./-]+$/.test(word))
        ? [head, ...parts.words].join(' ')
        : `${head} ${JSON.stringify(parts.words)}`;
    case 'USER':
    case 'WORKDIR':
    case 'STOPSIGNAL':
      return `${head} ${quote(unbroken(parts.words.join(' ')))}`;
    default:
      return [head, ...parts.words.map(oneLine)].join(' ');
  }
}

/** Writes a build file. Comments may have several lines. */
export function writeDockerfile(parts: readonly (DockerfileInstruction | { readonly comment: string })[]): string {
  return parts
    .map((part) =>
      'comment' in part
        ? part.comment
            .split(/[\r\n]/)
            .map((line) => `# ${line}`.trimEnd())
            .join('\n')
        : writeInstruction(part),
    )
    .map((text) => (text.endsWith('\n') ? text : `${text}\n`))
    .join('');
}

function flag({ name, value }: InstructionFlag): string {
  return value === undefined
    ? `--${oneLine(name)}`
    : `--${oneLine(name)}=${/["'\s\\]/.test(value) ? quote(unbroken(value)) : value}`;
}

/** Without what would begin another line, or take the next one in. */
function oneLine(text: string): string {
  return unbroken(text).replace(/[\s\\]+$/, '');
}

function unbroken(text: string): string {
  return text.replace(/[\r\n]+/g, ' ');
}

function runnable(head: string, parts: InstructionArguments, mayDocument: boolean): string {
  if (parts.form === 'exec') return `${head} ${JSON.stringify(parts.words)}`;
  const command = parts.command ?? '';
  const plain = `${head} ${command}`;
  // A line end or a backslash at the end cannot be written in shell form; the words that it stands for can.
  if (!mayDocument)
    return /[\r\n]|\\\s*$/.test(command) ? `${head} ${JSON.stringify(['/bin/sh', '-c', command])}` : plain;
  if (!command.endsWith('\n') && !/\\\s*$/.test(command)) {
    const again = parseInstruction(plain).arguments;
    // Without here-documents, a second line would be an instruction of its own.
    const holds = again.form === 'shell' && again.command === command && again.flags.length === parts.flags.length;
    if (holds && (!command.includes('\n') || closesDocuments(command))) return plain;
  }
  const name = freeName(command);
  return `${head} <<'${name}'\n${command.endsWith('\n') ? command : `${command}\n`}${name}`;
}

/** The text ends with the line that ends its last here-document. */
function closesDocuments(command: string): boolean {
  const { documents } = parseInstruction(`RUN ${command}`).arguments;
  const lines = documents.reduce((sum, { content }) => sum + content.split('\n').length, 0);
  return documents.length > 0 && command.split('\n').length === lines + 1;
}

function copy(head: string, { words, documents }: InstructionArguments): string {
  // The first word is one and no flag only in a list.
  const plain = words.every((word) => word !== '' && !/["'\s\\[\]]/.test(word)) && words[0]?.startsWith('--') !== true;
  const line = plain ? [head, ...words].join(' ') : `${head} ${JSON.stringify(words)}`;
  return [line, ...documents.map(({ name, content }) => `${content}${name}`)].join('\n');
}
