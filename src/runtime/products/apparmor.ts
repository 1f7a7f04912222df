import { compareText } from '../../model/order.ts';
import type { FileUse } from './touched-files.ts';

export interface AppArmorParts {
  readonly name: string;
  /** Paths with the heaviest use of each. */
  readonly used: ReadonlyMap<string, FileUse>;
  readonly written: Iterable<string>;
  /** `NET_BIND_SERVICE`. */
  readonly capabilities: Iterable<string>;
  /** Families of the sockets that were made: `AF_INET`. */
  readonly families: Iterable<string>;
}

/** Files of one folder from which on the folder is allowed as a whole. */
const MANY = 8;

const families: Readonly<Record<string, string>> = {
  AF_INET: 'inet',
  AF_INET6: 'inet6',
  AF_UNIX: 'unix',
  AF_NETLINK: 'netlink',
  AF_PACKET: 'packet',
};

/**
 * An AppArmor profile of what a run did (apparmor.d(5)). Names that differ from run to run are globbed: numbers of processes,
 * temporary names, what follows a version; many files of one folder are one line.
 */
export function appArmorProfile(parts: AppArmorParts): string {
  const modes = new Map<string, Set<string>>();
  const allow = (path: string, mode: string): void => {
    const safe = globbed(path);
    if (safe === undefined) return;
    const set = modes.get(safe) ?? new Set();
    for (const letter of mode) set.add(letter);
    modes.set(safe, set);
  };
  for (const [path, use] of parts.used) allow(path, use === 'executed' ? 'rmx' : use === 'loaded' ? 'rm' : 'r');
  for (const path of parts.written) allow(path, 'rwk');
  const lines = [...folded(modes)]
    .sort(([a], [b]) => compareText(a, b))
    .map(([path, letters]) => `  ${quoted(path)} ${modeWord(letters)},`);
  const network = [...new Set(parts.families)].flatMap((family) => families[family] ?? []).sort();
  const capabilities = [...new Set(parts.capabilities)].map((name) => name.toLowerCase()).sort();
  return [
    '# Observed in one run under one workload; another one may need more.',
    'abi <abi/4.0>,',
    'include <tunables/global>',
    '',
    `profile ${parts.name.replaceAll(/[^\w.-]/g, '-')} flags=(attach_disconnected,mediate_deleted) {`,
    '  include <abstractions/base>',
    '',
    ...capabilities.map((name) => `  capability ${name},`),
    ...network.map((name) => `  network ${name},`),
    '  signal (send, receive) peer=@{profile_name},',
    '  / r,',
    ...lines,
    '}',
    '',
  ].join('\n');
}

/** A path as a rule writes it; undefined where it has bytes that a rule cannot hold. */
function globbed(path: string): string | undefined {
  if (!path.startsWith('/') || path.length > 1000 || /[\u0000-\u001f\u007f"]/.test(path)) return undefined;
  return (
    path
      // A backslash before the quote that ends a path would be read as one that escapes it.
      .replaceAll(/[\\*?[\]{}^@]/g, (letter) => (letter === '\\' ? '\\134' : `\\${letter}`))
      .replace(/^\/proc\/\d+(?=\/|$)/, '/proc/@{pid}')
      .replace(/^(\/proc\/@\{pid\}\/task\/)\d+/, '$1@{tid}')
      .replace(/^((?:\/var)?\/tmp\/)[^/]+.*$/, '$1**')
      .replace(/^(\/(?:var\/)?run\/)([\w.-]*?)\d{2,}([^/]*)$/, '$1$2*$3')
  );
}

/** Folders with many files of one mode become one rule. */
function folded(modes: ReadonlyMap<string, ReadonlySet<string>>): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = Map.groupBy(
    modes,
    ([path, letters]) => `${path.slice(0, path.lastIndexOf('/') + 1)} ${modeWord(letters)}`,
  );
  const rules = new Map<string, ReadonlySet<string>>();
  for (const group of groups.values()) {
    const [[first, letters]] = group as [[string, ReadonlySet<string>]];
    const folder = first.slice(0, first.lastIndexOf('/') + 1);
    // A whole folder of programs would be more than what ran.
    if (group.length >= MANY && folder !== '/' && !letters.has('x')) add(rules, `${folder}*`, letters);
    else for (const [path, own] of group) add(rules, path, own);
  }
  return rules;
}

function add(rules: Map<string, ReadonlySet<string>>, path: string, letters: ReadonlySet<string>): void {
  rules.set(path, new Set([...(rules.get(path) ?? []), ...letters]));
}

/** Letters in the order that people know; what runs stays under the profile. */
function modeWord(letters: ReadonlySet<string>): string {
  const has = (letter: string): string => (letters.has(letter) ? letter : '');
  return `${has('r')}${has('w')}${has('k')}${has('m')}${letters.has('x') ? 'ix' : ''}`;
}

/** Anything but plain names is quoted: a comma ends a rule, and `!` is none of its letters. */
function quoted(path: string): string {
  return /^[\w./@{}*+~-]+$/.test(path) ? path : `"${path}"`;
}
