import type { AdvisoryState, Affected } from '../../model/advisory.ts';
import type { Severity } from '../../model/severity.ts';
import type { RpmComponent } from './component.ts';
import { extendedRelease, type ProductScope } from './product.ts';

/** What is said of one component of one product. */
export interface Statement {
  readonly component: RpmComponent;
  readonly scope: ProductScope;
  readonly state: AdvisoryState;
  readonly severity: Severity;
  readonly note?: string;
}

/** Of several words for one package, the one that promises or warns most comes first. */
const weight: readonly AdvisoryState[] = [
  'fixed',
  'affected',
  'deferred',
  'will-not-fix',
  'end-of-life',
  'under-investigation',
  'not-affected',
];

/** Every architecture that packages are built for since version 8; a build for all of them is named by none. */
const everywhere = ['aarch64', 'ppc64le', 's390x', 'x86_64'];

/** Debugging symbols: nothing of them runs, and they are half of all packages. */
const symbols = /-debug(?:info|source)(?:-|$)/;

interface Row {
  readonly statement: Statement;
  readonly versions: Set<string>;
  readonly architectures: Set<string>;
  readonly repositories: Set<string>;
  /** Every fix is one of the paid extension. */
  isExtended: boolean;
}

/**
 * Puts statements together into as few rows as say the same. One row has all fixed versions of a package in a product,
 * since minor releases get builds of their own and the version tells which counts. What is said without a version gives
 * way to fixes, since another minor release of the product had it.
 */
export function rowsOf(statements: readonly Statement[], severity: Severity): Affected[] {
  const fixed = statements.filter(({ state, component }) => state === 'fixed' && component.version !== undefined);
  // The older form of the documents lists every package of a build, and the source beside them.
  const listed = new Set(fixed.filter(({ component }) => component.kind === 'binary').map(buildOf));
  const sources = new Sources(statements);
  const rows = new Map<string, Row>();
  const told = new Map<string, AdvisoryState>();
  for (const statement of [...fixed, ...statements.filter(({ state }) => state !== 'fixed').sort(byWeight)]) {
    const { component, scope, state } = statement;
    if (symbols.test(component.name) || sources.cover(statement)) continue;
    const subject = subjectOf(statement);
    const before = told.get(subject);
    if (before !== undefined && (before !== state || state !== 'fixed')) continue;
    told.set(subject, state);
    if (state === 'fixed' && component.kind === 'source' && listed.has(buildOf(statement))) continue;
    // The rest of the world asks for Red Hat Enterprise Linux; of other products only what has to be done is kept.
    if (state === 'not-affected' && scope.repository !== undefined) continue;
    const key = `${subject}\0${statement.severity}`;
    const row = rows.get(key) ?? newRow(statement);
    rows.set(key, row);
    if (scope.extended !== true) row.isExtended = false;
    if (state === 'fixed') row.versions.add(component.version!);
    if (component.architecture !== undefined) row.architectures.add(component.architecture);
  }
  const apart = extendedReleases([...rows.values()]);
  return merge([...rows.values()]).map((row) => toAffected(row, severity, apart.get(nameOf(row.statement))));
}

/** Extended releases that have fixes of their own, by what they fix: later ones of the release itself are not theirs. */
function extendedReleases(rows: readonly Row[]): ReadonlyMap<string, ReadonlySet<string>> {
  const apart = new Map<string, Set<string>>();
  for (const { statement, repositories } of rows) {
    if (statement.state !== 'fixed') continue;
    for (const cpe of repositories) {
      if (extendedRelease(cpe) === undefined) continue;
      const name = nameOf(statement);
      apart.set(name, (apart.get(name) ?? new Set()).add(cpe));
    }
  }
  return apart;
}

/**
 * Sources about which the same is said as about their packages: those need no rows of their own, since a package is
 * looked up by its source too. Kernels alone have a hundred packages.
 */
class Sources {
  /** Names by place and state. */
  readonly #names = new Map<string, Set<string>>();
  /** Namespaces with something to do. */
  readonly #busy = new Set<string>();

  constructor(statements: readonly Statement[]) {
    for (const statement of statements) {
      const { component, scope, state } = statement;
      if (state !== 'not-affected') this.#busy.add(scope.namespace);
      if (component.kind !== 'source') continue;
      const place = placeOf(statement);
      const names = this.#names.get(place) ?? new Set();
      this.#names.set(place, names.add(component.name));
    }
  }

  /** Tells whether the source of a package says the same: as far as names tell, or where nothing depends on it. */
  cover(statement: Statement): boolean {
    const { component, scope, state } = statement;
    if (component.kind === 'source' || state === 'fixed') return false;
    const names = this.#names.get(placeOf(statement));
    if (names === undefined) return false;
    if (state === 'not-affected' && !this.#busy.has(scope.namespace)) return true;
    const { name } = component;
    for (let end = name.length; end > 0; end = name.lastIndexOf('-', end - 1)) {
      if (names.has(name.slice(0, end))) return true;
    }
    return false;
  }
}

/** The build that a fix is, by its version: packages of one have that of their source. */
function buildOf({ component, scope }: Statement): string {
  return [scope.namespace, scope.repository ?? '', component.version ?? ''].join('\0');
}

function placeOf({ component, scope, state, severity }: Statement): string {
  return [scope.namespace, scope.repository ?? '', component.module ?? '', state, severity].join('\0');
}

function byWeight(a: Statement, b: Statement): number {
  return weight.indexOf(a.state) - weight.indexOf(b.state);
}

function newRow(statement: Statement): Row {
  const { repository } = statement.scope;
  return {
    statement,
    versions: new Set(),
    architectures: new Set(),
    repositories: new Set(repository === undefined ? [] : [repository]),
    isExtended: true,
  };
}

/** What a statement is about, whatever it says. */
function subjectOf(statement: Statement): string {
  return `${nameOf(statement)}\0${statement.scope.repository ?? ''}`;
}

/** The same in whatever product. */
function nameOf({ component, scope }: Statement): string {
  const { kind, name, module = '' } = component;
  return [scope.namespace, kind, name, module].join('\0');
}

/** Products with the same builds share a row. */
function merge(rows: readonly Row[]): readonly Row[] {
  const merged = new Map<string, Row>();
  for (const row of rows) {
    const { component, scope, state, severity, note } = row.statement;
    const key = JSON.stringify([
      scope.namespace,
      row.repositories.size > 0,
      [component.kind, component.name, component.module ?? ''],
      [state, severity, note ?? ''],
      [...row.versions].sort(),
      architecturesOf(row),
    ]);
    const other = merged.get(key);
    if (other === undefined) merged.set(key, row);
    else for (const repository of row.repositories) other.repositories.add(repository);
  }
  return [...merged.values()];
}

/** Undefined: all. */
function architecturesOf({ architectures }: Row): readonly string[] | undefined {
  if (architectures.size === 0 || architectures.has('noarch')) return undefined;
  return everywhere.every((one) => architectures.has(one)) ? undefined : [...architectures].sort();
}

function toAffected(row: Row, severity: Severity, apart: ReadonlySet<string> | undefined): Affected {
  const { component, scope, state, severity: own, note } = row.statement;
  const architectures = architecturesOf(row);
  const repositories = [...row.repositories].sort();
  const only = {
    ...(component.module !== undefined && { module: component.module }),
    ...(architectures !== undefined && { architectures }),
    ...(repositories.length > 0 && { repositories }),
    ...(repositories.length === 0 && state === 'fixed' && apart !== undefined && { apart: [...apart].sort() }),
  };
  const words = state === 'fixed' && row.isExtended ? 'fixed for customers of Extended Life Cycle Support' : note;
  return {
    namespace: scope.namespace,
    package: component.name,
    nameKind: component.kind,
    state,
    ranges: [...row.versions].sort().map((fixed) => ({ fixed })),
    ...(Object.keys(only).length > 0 && { only }),
    ...(own !== severity && { severity: own }),
    ...(words !== undefined && { note: words }),
  };
}
