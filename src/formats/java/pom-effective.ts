import { isPart, isVersion } from './coordinates.ts';
import type { Pom, PomDependency, RawCoordinates } from './pom.ts';

/** What a project asks for, once its parents and properties were put in. */
export interface WantedArtifact {
  readonly group: string;
  readonly artifact: string;
  /** '' where the project does not say, or only what it must not be. */
  readonly version: string;
  readonly groups: readonly string[];
}

/** Variables in variables, and characters of what they become: more is an attempt. */
const MAX_DEPTH = 20;
const MAX_LENGTH = 1000;

/** A project with all it inherits. */
export interface EffectivePom extends RawCoordinates {
  readonly dependencies: readonly WantedArtifact[];
  readonly licences: readonly string[];
}

/**
 * Puts in what a project inherits and its variables (https://maven.apache.org/pom.html, "Inheritance", "Properties").
 * @param lineage the project, its parent, the parent's parent: as far as they are known
 */
export function effectivePom(lineage: readonly Pom[]): EffectivePom {
  const [own] = lineage;
  if (own === undefined) return { dependencies: [], licences: [] };
  const put = interpolator(lineage);
  const version = put(own.version ?? own.parent?.version);
  const group = put(own.group ?? own.parent?.group);
  const artifact = put(own.artifact);
  const managed = new Map<string, PomDependency>();
  for (const { managed: rules } of lineage) {
    for (const rule of rules) {
      const key = `${put(rule.group)}:${put(rule.artifact)}`;
      if (!managed.has(key)) managed.set(key, rule);
    }
  }
  const wanted = new Map<string, WantedArtifact>();
  for (const one of lineage.flatMap(({ dependencies }) => dependencies)) {
    const made = wantedArtifact(one, put, managed);
    if (made === undefined) continue;
    const key = `${made.group}:${made.artifact}:${made.version}`;
    if (!wanted.has(key)) wanted.set(key, made);
  }
  return {
    ...(isPart(group) && { group }),
    ...(isPart(artifact) && { artifact }),
    ...(isVersion(version) && { version }),
    dependencies: [...wanted.values()],
    licences: lineage.find(({ licences }) => licences.length > 0)?.licences ?? [],
  };
}

function wantedArtifact(
  one: PomDependency,
  put: (text: string | undefined) => string | undefined,
  managed: ReadonlyMap<string, PomDependency>,
): WantedArtifact | undefined {
  const group = put(one.group);
  const artifact = put(one.artifact);
  if (!isPart(group) || !isPart(artifact)) return undefined;
  const rule = managed.get(`${group}:${artifact}`);
  const scope = put(one.scope ?? rule?.scope) ?? 'compile';
  return {
    group,
    artifact,
    version: leastVersion(put(one.version ?? rule?.version)),
    groups: [...(scope === 'compile' || scope === 'runtime' ? [] : [scope]), ...(one.optional ? ['optional'] : [])],
  };
}

/**
 * The version that is asked for, or the least of a range: `[1.2,2.0)` is 1.2 (https://maven.apache.org/pom.html, "Dependency
 * Version Requirement Specification"). '' where there is none.
 */
export function leastVersion(requirement: string | undefined): string {
  if (requirement === undefined) return '';
  const least = requirement.startsWith('[') ? requirement.slice(1).split(/[,\]]/, 1)[0]?.trim() : requirement;
  return isVersion(least) ? least : '';
}

/** Replaces `${name}` as often as it takes; undefined where one is not known, refers to itself or grows without end. */
function interpolator(lineage: readonly Pom[]): (text: string | undefined) => string | undefined {
  const [own] = lineage;
  const built = new Map<string, string | undefined>([
    ['groupId', own?.group ?? own?.parent?.group],
    ['artifactId', own?.artifact],
    ['version', own?.version ?? own?.parent?.version],
    ['parent.groupId', own?.parent?.group],
    ['parent.artifactId', own?.parent?.artifact],
    ['parent.version', own?.parent?.version],
  ]);
  const value = (name: string): string | undefined => {
    const bare = name.replace(/^(?:project|pom)\./, '');
    if (bare !== name && built.has(bare)) return built.get(bare);
    for (const { properties } of lineage) {
      const found = properties.get(name);
      if (found !== undefined) return found;
    }
    // Maven 2 knew these without a prefix.
    return built.get(name);
  };
  return (text) => {
    let result = text;
    for (let depth = 0; result?.includes('${'); depth++) {
      let unknown = depth >= MAX_DEPTH || result.length > MAX_LENGTH;
      if (unknown) return undefined;
      result = result.replace(/\$\{([^{}]{1,200})\}/g, (_all, name: string) => {
        const found = value(name.trim());
        unknown ||= found === undefined;
        return found ?? '';
      });
      if (unknown) return undefined;
    }
    return result;
  };
}
