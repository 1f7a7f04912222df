import { FormatError, LimitError } from '../../errors.ts';
import { child, childText, listed, readXmlTree, type XmlElement } from './xml-tree.ts';

/** Coordinates as a project file has them: each may be absent or hold variables. */
export interface RawCoordinates {
  readonly group?: string;
  readonly artifact?: string;
  readonly version?: string;
}

export interface PomDependency extends RawCoordinates {
  readonly scope?: string;
  readonly optional: boolean;
}

/** A project of Maven as its own file states it, before anything is inherited or put in. */
export interface Pom extends RawCoordinates {
  readonly parent?: RawCoordinates & { readonly relativePath?: string };
  readonly properties: ReadonlyMap<string, string>;
  readonly dependencies: readonly PomDependency[];
  /** Versions for dependencies that name none. */
  readonly managed: readonly PomDependency[];
  readonly licences: readonly string[];
}

/** What is long and says nothing of packages. */
const skipped: ReadonlySet<string> = new Set([
  'build',
  'reporting',
  'developers',
  'contributors',
  'mailingLists',
  'distributionManagement',
  'repositories',
  'pluginRepositories',
  'exclusions',
]);

const MAX_PROPERTIES = 5000;
const MAX_DEPENDENCIES = 20_000;

/**
 * Reads a project file of Maven 2 and later (https://maven.apache.org/pom.html). Of profiles only those count that are active
 * by themselves. Dependencies of plug-ins are no dependencies of the project.
 * @throws FormatError if it is no XML or no project
 * @throws LimitError if it is larger than anybody writes
 */
export function parsePom(bytes: Uint8Array): Pom {
  const project = readXmlTree(bytes, skipped);
  if (project.name !== 'project')
    throw new FormatError(`its element is ${JSON.stringify(project.name)}, not "project"`);
  const active = [
    project,
    ...listed(project, 'profiles', 'profile').filter(
      (profile) => childText(child(profile, 'activation'), 'activeByDefault') === 'true',
    ),
  ];
  const parent = child(project, 'parent');
  const relative = child(parent, 'relativePath')?.text;
  return {
    ...coordinates(project),
    ...(parent !== undefined && {
      parent: { ...coordinates(parent), ...(relative !== undefined && { relativePath: relative }) },
    }),
    properties: new Map(within(active.flatMap(propertiesOf), MAX_PROPERTIES, 'properties')),
    dependencies: dependenciesOf(active),
    managed: dependenciesOf(active.map((part) => child(part, 'dependencyManagement'))),
    licences: listed(project, 'licenses', 'license')
      .flatMap((one) => childText(one, 'name')?.slice(0, 300) ?? [])
      .slice(0, 20),
  };
}

function coordinates(element: XmlElement): RawCoordinates {
  const group = childText(element, 'groupId');
  const artifact = childText(element, 'artifactId');
  const version = childText(element, 'version');
  return {
    ...(group !== undefined && { group }),
    ...(artifact !== undefined && { artifact }),
    ...(version !== undefined && { version }),
  };
}

function dependenciesOf(parts: readonly (XmlElement | undefined)[]): readonly PomDependency[] {
  const elements = parts.flatMap((part) => listed(part, 'dependencies', 'dependency'));
  return within(elements, MAX_DEPENDENCIES, 'dependencies').map(dependency);
}

/** @throws LimitError */
function within<T>(list: readonly T[], most: number, what: string): readonly T[] {
  if (list.length > most) throw new LimitError(`it has more than ${most} ${what}`);
  return list;
}

function dependency(element: XmlElement): PomDependency {
  const scope = childText(element, 'scope');
  const optional = childText(element, 'optional') === 'true';
  return { ...coordinates(element), ...(scope !== undefined && { scope }), optional };
}

function propertiesOf(element: XmlElement): [string, string][] {
  return child(element, 'properties')?.children.map(({ name, text }): [string, string] => [name, text]) ?? [];
}
