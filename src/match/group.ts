import type { Assessment } from './assess.ts';

/** What all sources together say of one vulnerability in one package. */
export interface Group {
  /** All ids of the vulnerability, sorted. */
  readonly ids: readonly string[];
  readonly assessments: readonly Assessment[];
}

/** The verdict on a vulnerability. */
export type GroupVerdict = 'affected' | 'not-affected' | 'unjudged';

const cve = /^CVE-\d{4}-\d{4,}$/;

/** Tells whether an id is one of the CVE list. */
export function isCve(id: string): boolean {
  return id.startsWith('CVE-') && cve.test(id);
}

/**
 * What the vulnerabilities are called that a record is about: its own id where that is a CVE, else the CVEs that it names
 * as the same or, if it is a bundle, as those that it deals with; its own id where it names none.
 */
export function vulnerabilityNames({ id, aliases }: { readonly id: string; readonly aliases: readonly string[] }) {
  const cves = isCve(id) ? [] : [...new Set(aliases)].filter(isCve);
  return cves.length > 0 ? cves : [id];
}

/**
 * Groups rows by vulnerability: records that share an id or an alias belong together, transitively. A record of
 * another name that lists several CVEs is a bundle (an errata, one fix for many): it joins the group of each, and does
 * not make one vulnerability of them.
 */
export function groupByVulnerability(assessments: readonly Assessment[]): readonly Group[] {
  const sets = new DisjointSets();
  const anchors: string[][] = [];
  for (const { hit } of assessments) {
    const { id, aliases } = hit.advisory;
    const cves = isCve(id) ? [] : [...new Set(aliases)].filter(isCve);
    if (cves.length > 1) {
      anchors.push(cves);
      continue;
    }
    for (const alias of aliases) sets.join(id, alias);
    anchors.push([id]);
  }
  const groups = new Map<string, { ids: Set<string>; assessments: Assessment[] }>();
  for (const [index, assessment] of assessments.entries()) {
    const { id, aliases } = assessment.hit.advisory;
    const bundle = anchors[index]!.length > 1;
    for (const root of new Set(anchors[index]!.map((anchor) => sets.find(anchor)))) {
      let group = groups.get(root);
      if (group === undefined) {
        group = { ids: new Set(), assessments: [] };
        groups.set(root, group);
      }
      group.assessments.push(assessment);
      group.ids.add(id);
      for (const alias of aliases) if (!bundle || !isCve(alias) || sets.find(alias) === root) group.ids.add(alias);
    }
  }
  return [...groups.values()].map((group) => ({ ids: [...group.ids].sort(), assessments: group.assessments }));
}

/** Judges a group: by the rows that no statement silences. */
export function verdictOn(group: Group): GroupVerdict {
  const rows = unsilenced(group);
  if (rows.some(({ verdict }) => verdict.outcome === 'affected')) return 'affected';
  const open = rows.some(({ verdict, hit }) => verdict.outcome === 'unjudged' && hit.affected.state !== 'not-affected');
  return open ? 'unjudged' : 'not-affected';
}

/**
 * The rows that count. A statement that the package is not affected silences whatever else is said of it, with two
 * exceptions in one namespace of one feed. A feed that says both of one name contradicts itself, and then a statement does
 * not outweigh versions (Alpine's secdb has some: an id under version `0` and under a fix). And what is said of a source
 * does not outweigh what is said of the very package.
 */
export function unsilenced(group: Group): readonly Assessment[] {
  const statements = group.assessments.filter(isStatement);
  if (statements.length === 0) return group.assessments;
  return group.assessments.filter((row) => statements.every((statement) => contradicts(statement, row)));
}

/** Tells whether a row states that the package is not affected. */
export function isStatement({ verdict }: Assessment): boolean {
  return verdict.outcome === 'not-affected' && verdict.because === 'stated';
}

function contradicts(statement: Assessment, row: Assessment): boolean {
  const [a, b] = [statement.hit, row.hit];
  return (
    a.feed === b.feed &&
    a.affected.namespace === b.affected.namespace &&
    (a.affected.nameKind === b.affected.nameKind
      ? a.affected.package === b.affected.package
      : a.affected.nameKind === 'source')
  );
}

/** Union-find over ids. */
class DisjointSets {
  readonly #parents = new Map<string, string>();

  find(id: string): string {
    let root = id;
    for (let parent = this.#parents.get(root); parent !== undefined; parent = this.#parents.get(root)) root = parent;
    // Path compression keeps chains of aliases linear.
    for (let at = id; at !== root; ) {
      const next = this.#parents.get(at)!;
      this.#parents.set(at, root);
      at = next;
    }
    return root;
  }

  join(a: string, b: string): void {
    const rootA = this.find(a);
    const rootB = this.find(b);
    if (rootA !== rootB) this.#parents.set(rootB, rootA);
  }
}
