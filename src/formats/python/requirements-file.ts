import { DeclaredList, type DeclaredMore, type DeclaredPackages, onlyHash } from './declared.ts';
import { type NamedDistribution, wheelOf } from './distribution-name.ts';
import { parseRequirement } from './requirement.ts';

/**
 * Reads what a requirements file of pip asks for by name. Other files that it includes (`-r`, `-c`) and what has no name, as
 * folders and repositories without `#egg=`, are left out.
 * Source: pip documentation, "Requirements File Format".
 */
export function parseRequirementsFile(text: string): DeclaredPackages {
  const list = new DeclaredList();
  const bad: number[] = [];
  for (const { line, number } of logicalLines(text)) {
    const found = fromLine(line);
    if (found === 'bad') bad.push(number);
    else if (found !== undefined) list.add(found.name, found.version, found);
  }
  if (bad.length === 0) return list.result();
  const which = bad.length === 1 ? `line ${bad[0]} is` : `${bad.length} lines, the first of them ${bad[0]}, are`;
  return list.result(`${which} no requirement`);
}

interface LogicalLine {
  readonly line: string;
  /** Of its first part, from 1. */
  readonly number: number;
}

/** Joins lines that end with a backslash, and takes comments away, in the order in which pip does that. */
function* logicalLines(text: string): Generator<LogicalLine> {
  let parts: string[] = [];
  let start = 1;
  let number = 0;
  for (const raw of text.split(/\r\n|\r|\n/)) {
    number++;
    if (parts.length === 0) start = number;
    const isComment = /^\s*#/.test(raw);
    if (raw.endsWith('\\') && !isComment) {
      parts.push(raw.slice(0, -1));
      continue;
    }
    parts.push(isComment ? ` ${raw}` : raw);
    yield { line: withoutComment(parts.join('')), number: start };
    parts = [];
  }
  if (parts.length > 0) yield { line: withoutComment(parts.join('')), number: start };
}

function withoutComment(line: string): string {
  for (let at = line.indexOf('#'); at >= 0; at = line.indexOf('#', at + 1)) {
    if (at === 0 || /\s/.test(line[at - 1]!)) return line.slice(0, at).trim();
  }
  return line.trim();
}

function fromLine(line: string): (NamedDistribution & DeclaredMore) | 'bad' | undefined {
  if (line === '') return undefined;
  const editable = /^(?:-e\s*|--editable[\s=]\s*)(?=\S)/.exec(line)?.[0];
  if (editable === undefined && line.startsWith('-')) return undefined;
  const wanted = line.slice(editable?.length ?? 0);
  const options = wanted.search(/\s-/);
  const text = (options < 0 ? wanted : wanted.slice(0, options)).trim();
  if (editable !== undefined || isPlace(text)) return fromPlace(text);
  const requirement = parseRequirement(text);
  if (requirement === undefined) return 'bad';
  const hashes = [...wanted.matchAll(/\s--hash[=\s](sha256:[0-9a-f]{64})(?!\S)/g)].map(([, hash]) => hash!);
  return { ...requirement, hashes: onlyHash(hashes) };
}

/** Whether it is a URL, a folder or an archive, and not a name with specifiers. */
function isPlace(text: string): boolean {
  if (/^[\w.-]+\s*(?:\[[^\]]*\]\s*)?@/.test(text)) return false;
  const place = text.split(';', 1)[0]!.trimEnd();
  return /^[./~]|^[a-z+]{2,20}:|\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz)$|^[\w.-]+\//i.test(place);
}

/** What a place says of the package there: `#egg=NAME`, or the file name of a wheel. */
function fromPlace(text: string): NamedDistribution | undefined {
  const egg = /[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)/.exec(text)?.[1];
  if (egg !== undefined) return { name: egg, version: '' };
  const file = text
    .split(/[;?#\s]/, 1)[0]!
    .split('/')
    .at(-1)!;
  return wheelOf(file);
}
