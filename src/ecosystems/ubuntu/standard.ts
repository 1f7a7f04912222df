import type { Affected } from '../../model/advisory.ts';

const PRO = /^ubuntu-pro:(\d\d?\.\d\d)$/;

/** States of Ubuntu Pro from which the most useful one is taken where both of its pockets speak of a package. */
const useful: readonly Affected['state'][] = ['fixed', 'not-affected'];

/**
 * Completes what is said of Ubuntu Pro with what follows for images without it. Ubuntu speaks of a package in one
 * pocket only: where a fix came after standard support, or for a package of universe, the standard pockets are not
 * mentioned, or only as ignored. The code is the same, so that image is affected, and no fix is there for it: the
 * version that fixes it elsewhere ends the range, but the state says that it is not to be had.
 *
 * Rows of Pro are one for each package; packages of FIPS, ROS and real-time pockets have builds of their own and are
 * left alone.
 */
export function withStandardPockets(rows: readonly Affected[]): readonly Affected[] {
  const pro = new Map<string, Affected>();
  const standard = new Map<string, Affected>();
  const others: Affected[] = [];
  for (const row of rows) {
    const version = PRO.exec(row.namespace)?.[1];
    if (version !== undefined) {
      const key = keyOf(`ubuntu:${version}`, row);
      const known = pro.get(key);
      if (known === undefined || rank(row) < rank(known)) pro.set(key, row);
    } else {
      others.push(row);
      // Several rows of one package are rare, and any of them tells that the standard pocket speaks of it.
      if (/^ubuntu:\d/.test(row.namespace)) standard.set(keyOf(row.namespace, row), row);
    }
  }
  if (pro.size === 0) return rows;
  const replaced = new Set<Affected>();
  const inferred: Affected[] = [];
  for (const [key, row] of pro) {
    const own = standard.get(key);
    const follows = inferredFrom(row, own);
    if (follows === undefined) continue;
    if (own !== undefined) replaced.add(own);
    inferred.push(follows);
  }
  return [...others.filter((row) => !replaced.has(row)), ...inferred, ...pro.values()];
}

function keyOf(namespace: string, row: Affected): string {
  return `${namespace}\0${row.package}\0${row.nameKind}`;
}

function rank({ state }: Affected): number {
  const place = useful.indexOf(state);
  return place < 0 ? useful.length : place;
}

function inferredFrom(pro: Affected, own: Affected | undefined): Affected | undefined {
  if (own?.state === 'fixed' || own?.state === 'not-affected') return undefined;
  const namespace = pro.namespace.replace('-pro', '');
  const isOpen = own !== undefined && own.state !== 'will-not-fix' && own.state !== 'end-of-life';
  switch (pro.state) {
    case 'fixed': {
      const fixed = pro.ranges.map((range) => range.fixed).filter((version) => version !== undefined);
      const note = [own?.note, `fixed with Ubuntu Pro in ${fixed.join(', ')}`].filter((text) => text !== undefined);
      const { severity } = own ?? pro;
      return {
        namespace,
        package: pro.package,
        nameKind: pro.nameKind,
        state: isOpen ? 'deferred' : (own?.state ?? 'will-not-fix'),
        ranges: pro.ranges,
        ...(severity !== undefined && { severity }),
        note: note.join('; '),
      };
    }
    case 'not-affected':
      return isOpen ? undefined : { ...pro, namespace };
    default:
      return own === undefined ? { ...pro, namespace } : undefined;
  }
}
