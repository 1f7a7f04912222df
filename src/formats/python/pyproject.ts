import { readToml, TomlTable } from '../toml.ts';
import { DeclaredList, type DeclaredPackages } from './declared.ts';
import { parseRequirement, versionOf } from './requirement.ts';

/**
 * Reads what `pyproject.toml` asks for: `project` (PEP 621), `dependency-groups` (PEP 735), and the tables of Poetry, PDM
 * and uv. What is needed only to build (`build-system`) is left out.
 * Source: packaging.python.org, "pyproject.toml specification" and "Dependency Groups"; python-poetry.org, "The
 * pyproject.toml file"; pdm-project.org, "Dependency management"; docs.astral.sh/uv, "Managing dependencies".
 * @throws TomlError for what is no TOML
 */
export function parsePyproject(text: string): DeclaredPackages {
  const file = readToml(text);
  const asked = new Asked();
  const project = file.table('project');
  asked.texts(project, 'dependencies');
  asked.groups(project.table('optional-dependencies'));
  asked.groups(file.table('dependency-groups'));
  const tool = file.table('tool');
  asked.groups(tool.table('pdm').table('dev-dependencies'));
  asked.texts(tool.table('uv'), 'dev-dependencies', 'dev');
  const poetry = tool.table('poetry');
  asked.named(poetry.table('dependencies'));
  asked.named(poetry.table('dev-dependencies'), 'dev');
  const groups = poetry.table('group');
  for (const group of groups.keys()) asked.named(groups.table(group).table('dependencies'), group);
  return asked.result();
}

/**
 * Reads a `Pipfile`: `packages` are for use, `dev-packages` the group `dev`.
 * Source: github.com/pypa/pipfile, `README.rst`.
 * @throws TomlError for what is no TOML
 */
export function parsePipfile(text: string): DeclaredPackages {
  const file = readToml(text);
  const asked = new Asked();
  for (const section of file.keys()) {
    if (section === 'packages') asked.named(file.table(section));
    else if (section === 'dev-packages') asked.named(file.table(section), 'dev');
  }
  return asked.result();
}

class Asked {
  readonly #list: DeclaredList = new DeclaredList();
  #odd = 0;

  /** A list of requirements. */
  texts(table: TomlTable, key: string, group?: string): void {
    for (const text of table.texts(key)) {
      const requirement = parseRequirement(text);
      if (requirement === undefined) this.#odd++;
      else this.#add(requirement.name, requirement.version, group);
    }
  }

  /** A table with a list for each group. */
  groups(table: TomlTable): void {
    for (const group of table.keys()) this.texts(table, group, group);
  }

  /** A table with an entry for each package: `name = "^1.0"`, `name = { version = "^1.0", optional = true }`. */
  named(table: TomlTable, group?: string): void {
    for (const name of table.keys()) {
      if (name === 'python') continue;
      const value = table.value(name);
      const choices = Array.isArray(value) ? value : [value];
      for (const choice of choices) {
        const view = new TomlTable(choice);
        const stated = typeof choice === 'string' ? choice : (view.text('version') ?? '');
        const optional = view.value('optional') === true ? 'optional' : undefined;
        this.#add(name, versionOfConstraint(stated), group ?? optional);
      }
    }
  }

  result(): DeclaredPackages {
    const leftOut = this.#odd === 1 ? 'an entry is no requirement' : `${this.#odd} entries are no requirements`;
    return this.#list.result(this.#odd > 0 ? leftOut : undefined);
  }

  #add(name: string, version: string, group: string | undefined): void {
    this.#list.add(name, version, group === undefined ? {} : { groups: [group] });
  }
}

/** Poetry has `^1.2`, `~1.2` and the bare `1.2` beside the specifiers of PEP 440. None where it is a choice or open. */
function versionOfConstraint(text: string): string {
  const caret = /^(?:\^|~(?!=))\s*(\d[\w.+!-]*)$/.exec(text.trim())?.[1];
  if (caret !== undefined) return caret;
  if (/^\d[\w.+!-]*$/.test(text.trim())) return text.trim();
  return versionOf(text) ?? '';
}
