import { posix as path } from 'node:path';
import type { Pom } from '../../formats/java/pom.ts';
import { effectivePom, type WantedArtifact } from '../../formats/java/pom-effective.ts';

/** Parents of parents. */
const MAX_PARENTS = 20;

/**
 * What a project asks for, with what it inherits from parents in the same layer. Those of a repository are not known: what they
 * would say is missing.
 */
export function wantedBy(file: string, projects: ReadonlyMap<string, Pom>): readonly WantedArtifact[] {
  const lineage: Pom[] = [];
  const seen = new Set<string>();
  for (let at: string | undefined = file; at !== undefined && lineage.length < MAX_PARENTS && !seen.has(at); ) {
    const pom: Pom | undefined = projects.get(at);
    if (pom === undefined) break;
    seen.add(at);
    lineage.push(pom);
    at = parentFile(at, pom, projects);
  }
  return effectivePom(lineage).dependencies;
}

/** Where the parent is: the folder above, unless it says another; '' says that it is in the repository. */
function parentFile(file: string, { parent }: Pom, projects: ReadonlyMap<string, Pom>): string | undefined {
  if (parent === undefined || parent.relativePath === '') return undefined;
  const named = path.join(path.dirname(file), parent.relativePath ?? '../pom.xml');
  const found = [named, path.join(named, 'pom.xml')].find((one) => projects.has(one));
  const pom = found === undefined ? undefined : projects.get(found);
  // What stands there may be another project: Maven goes to the repository then.
  if (pom?.artifact !== parent.artifact) return undefined;
  return (pom?.group ?? pom?.parent?.group) === parent.group ? found : undefined;
}
