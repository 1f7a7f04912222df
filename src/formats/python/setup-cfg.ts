import { DeclaredList, type DeclaredPackages } from './declared.ts';
import { parseRequirement } from './requirement.ts';

/**
 * Reads what `setup.cfg` asks for: `install_requires` and `tests_require` of `[options]`, and `[options.extras_require]`.
 * Source: setuptools, "Configuring setuptools using setup.cfg files".
 */
export function parseSetupCfg(text: string): DeclaredPackages {
  const list = new DeclaredList();
  let odd = 0;
  for (const { section, key, line, isFirst } of iniLines(text)) {
    const groups = groupsOf(section, key);
    if (groups === undefined) continue;
    // On the line of its key a list is divided by semicolons; otherwise it has a line for each entry.
    for (const part of isFirst ? line.split(';') : [line]) {
      if (part.trim() === '' || /^\s*(?:file|attr):/.test(part)) continue;
      const requirement = parseRequirement(part);
      if (requirement === undefined) odd++;
      else list.add(requirement.name, requirement.version, { groups });
    }
  }
  const leftOut = odd === 1 ? 'a line is no requirement' : `${odd} lines are no requirements`;
  return list.result(odd > 0 ? leftOut : undefined);
}

/** The groups that a line is for; undefined where it is no list of requirements. */
function groupsOf(section: string, key: string): readonly string[] | undefined {
  if (section === 'options.extras_require') return [key];
  if (section !== 'options') return undefined;
  return key === 'install_requires' ? [] : key === 'tests_require' ? ['test'] : undefined;
}

interface IniLine {
  readonly section: string;
  readonly key: string;
  readonly line: string;
  /** It is the line of the key. */
  readonly isFirst: boolean;
}

/** Lines of values, as Python's configparser divides them: what is indented goes on with the value before. */
function* iniLines(text: string): Generator<IniLine> {
  let section = '';
  let key = '';
  for (const raw of text.split(/\r\n|\r|\n/)) {
    if (/^\s*(?:[#;]|$)/.test(raw)) continue;
    if (/^\s/.test(raw)) {
      if (key !== '') yield { section, key, line: raw.replace(/\s#.*$/, ''), isFirst: false };
      continue;
    }
    const header = /^\[([^\]]*)\]/.exec(raw)?.[1];
    if (header !== undefined) {
      section = header.trim();
      key = '';
      continue;
    }
    const at = raw.search(/[=:]/);
    key = at < 0 ? '' : raw.slice(0, at).trim().replaceAll('-', '_');
    if (section === 'options.extras_require' && at >= 0) key = raw.slice(0, at).trim();
    if (at >= 0) yield { section, key, line: raw.slice(at + 1), isFirst: true };
  }
}
