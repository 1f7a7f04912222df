import { wheelOf } from './distribution-name.ts';

/** A dependency as PEP 508 writes it, without what it says of versions and places beyond one version. */
export interface Requirement {
  readonly name: string;
  /** The version that it names; empty where it names none. See {@link versionOf}. */
  readonly version: string;
  /** The extra it is asked for: `extra == 'test'` in its marker. */
  readonly extra?: string;
}

/** Longest text of a requirement; real ones have some hundred characters. */
const MAX_LENGTH = 10_000;

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?![A-Za-z0-9._-])/;
const EXTRAS = /^\s*\[[A-Za-z0-9._,\s-]*\]/;

/**
 * Reads a requirement: `name [extra, ...] >= 1.0, < 2 ; marker`, `name (>=1.0)`, `name @ URL ; marker`.
 * Source: packaging.python.org, "Dependency specifiers" (PEP 508) and "Version specifiers" (PEP 440).
 * @returns undefined where it has not this form, as pip would refuse it
 */
export function parseRequirement(text: string): Requirement | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const trimmed = text.trim();
  const name = NAME.exec(trimmed)?.[0];
  if (name === undefined) return undefined;
  const afterName = trimmed.slice(name.length);
  const rest = afterName.slice(EXTRAS.exec(afterName)?.[0].length ?? 0).trimStart();
  if (rest.startsWith('@')) return fromUrl(name, rest.slice(1).trim());
  const [specifiers, marker] = splitMarker(rest, rest.indexOf(';'));
  const version = versionOf(specifiers);
  return version === undefined ? undefined : withMarker(name, version, marker);
}

/**
 * The version that a set of specifiers names: the exact one (`==`, `===`), else the lowest that is allowed (`>=`, `~=`), else
 * the highest (`<=`). None where there is only an exclusion or a bound that is itself excluded, or a prefix (`== 1.*`).
 * @returns undefined where it is no such set
 */
export function versionOf(specifiers: string): string | undefined {
  let text = specifiers.trim();
  if (text.startsWith('(') && text.endsWith(')')) text = text.slice(1, -1).trim();
  if (text === '') return '';
  const found = new Map<string, string>();
  let isOpen = false;
  for (const part of text.split(',')) {
    if (part.trim() === '') continue;
    const [, operator, version] = /^(===|==|~=|!=|<=|>=|<|>)\s*([^\s,;()[\]@%'"<>=~]+)$/.exec(part.trim()) ?? [];
    if (operator === undefined || version === undefined) return undefined;
    if (/\$\{\w+\}/.test(version)) isOpen = true;
    else if (/[{}$]/.test(version)) return undefined;
    else if (version.includes('*') && operator !== '!=') isOpen = true;
    else if (!found.has(operator)) found.set(operator, version);
  }
  if (isOpen) return '';
  return found.get('===') ?? found.get('==') ?? found.get('>=') ?? found.get('~=') ?? found.get('<=') ?? '';
}

function fromUrl(name: string, rest: string): Requirement | undefined {
  // A semicolon may be part of a URL: the marker begins after white space.
  const url = rest.split(/\s/, 1)[0]!;
  if (url === '') return undefined;
  const after = rest.slice(url.length).trimStart();
  if (after !== '' && !after.startsWith(';')) return undefined;
  const file = url.split(/[?#]/, 1)[0]!.split('/').at(-1)!;
  return withMarker(name, wheelOf(file)?.version ?? '', after.slice(1));
}

function splitMarker(text: string, at: number): readonly [specifiers: string, marker: string] {
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function withMarker(name: string, version: string, marker: string): Requirement {
  const extra = /\bextra\s*==\s*['"]([^'"]+)['"]/.exec(marker)?.[1];
  return extra === undefined ? { name, version } : { name, version, extra };
}

/** Names of requirements that count without any extra, each once; what is none is left out. */
export function requiredNames(requirements: readonly string[]): readonly string[] {
  const names = new Set<string>();
  for (const text of requirements) {
    const requirement = parseRequirement(text);
    if (requirement !== undefined && requirement.extra === undefined) names.add(requirement.name);
  }
  return [...names];
}
