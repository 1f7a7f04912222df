import type { OvalCriteria, OvalLeaf } from '../../formats/oval/model.ts';
import { type OvalMeaning, oddityWords, walkOval } from '../../formats/oval/walk.ts';
import { flavourOf } from '../../packages/rpm/builds.ts';

/** What an errata fixes: one package in one release. */
export interface OracleFix {
  /** Major version. */
  readonly release: string;
  readonly name: string;
  readonly evr: string;
  readonly flavour?: string;
  readonly module?: string;
  /** Of the systems that it is for, as Oracle names them; empty: the criteria ask for none. */
  readonly architectures: readonly string[];
}

/** What a leaf asks of the system. */
type Context =
  | { readonly kind: 'release'; readonly value: string }
  | { readonly kind: 'architecture'; readonly value: string }
  | { readonly kind: 'module'; readonly value: string };

/**
 * The fixes that the criteria of a definition tell. One document holds errata of all releases, and one errata may be
 * about several: each fix counts only below the test for its release.
 */
export function readFixes(criteria: OvalCriteria): {
  readonly fixes: readonly OracleFix[];
  readonly oddities: readonly string[];
} {
  const { ways, oddities } = walkOval(criteria, meaningOf);
  const fixes = new Map<string, OracleFix & { architectures: string[] }>();
  for (const { contexts, packages } of ways) {
    const releases = valuesOf(contexts, 'release');
    const architectures = valuesOf(contexts, 'architecture');
    const modules = valuesOf(contexts, 'module');
    for (const release of releases) {
      for (const { name, values } of packages) {
        const evr = values[0] ?? '';
        for (const module of modules.length > 0 ? modules : [undefined]) {
          const key = [release, module, name, evr].join('\0');
          const fix = fixes.get(key) ?? fixOf(release, name, evr, module);
          fixes.set(key, fix);
          for (const one of architectures) if (!fix.architectures.includes(one)) fix.architectures.push(one);
        }
      }
    }
  }
  return { fixes: [...fixes.values()], oddities: oddities.map((oddity) => oddityWords[oddity]) };
}

function fixOf(release: string, name: string, evr: string, module: string | undefined) {
  const flavour = flavourOf(evr);
  return {
    release,
    name,
    evr,
    architectures: [],
    ...(module !== undefined && { module }),
    ...(flavour !== undefined && { flavour }),
  };
}

function valuesOf(contexts: readonly (readonly Context[])[], kind: Context['kind']): readonly string[] {
  const groups = contexts.map((group) => group.filter((one) => one.kind === kind).map(({ value }) => value));
  const told = groups.filter((group) => group.length > 0);
  const [first = [], ...others] = told;
  return first.filter((value) => others.every((group) => group.includes(value)));
}

type Meaning = OvalMeaning<string, Context>;

const holds: Meaning = { kind: 'holds' };

/** By the test; by its comment, which says the same in fixed words, where the document was cut out of a larger one. */
function meaningOf({ test, comment }: OvalLeaf): Meaning {
  const module = /^Module (\S{1,100}:\S{1,100}) is enabled$/.exec(comment)?.[1];
  if (module !== undefined) return { kind: 'context', value: { kind: 'module', value: module } };
  const condition = test?.conditions[0];
  if (test === undefined) return commentMeaning(comment);
  if (test.kind !== 'rpminfo_test' || condition === undefined || test.conditions.length > 1) return { kind: 'fails' };
  const { property, operation, value } = condition;
  if (property === 'evr' && operation === 'less than' && test.name !== undefined) {
    return { kind: 'package', name: test.name, value };
  }
  if (property === 'signature_keyid') return holds;
  // Builds of Ksplice have versions of their own, which tell it as well.
  if (property === 'release' && value === 'ksplice') return holds;
  const release =
    property === 'version' && test.name === 'oraclelinux-release' ? /^\^(\d{1,2})/.exec(value)?.[1] : undefined;
  if (release !== undefined) return { kind: 'context', value: { kind: 'release', value: release } };
  if (property === 'arch') return { kind: 'context', value: { kind: 'architecture', value } };
  return { kind: 'fails' };
}

function commentMeaning(comment: string): Meaning {
  const fix = /^(\S{1,200}) is earlier than (\S{1,200})$/.exec(comment);
  if (fix !== null) return { kind: 'package', name: fix[1] ?? '', value: fix[2] ?? '' };
  if (/^\S{1,200} is (?:signed with the Oracle Linux \d{1,2} key|ksplice-based)$/.test(comment)) return holds;
  const release = /^Oracle Linux (\d{1,2}) is installed$/.exec(comment)?.[1];
  if (release !== undefined) return { kind: 'context', value: { kind: 'release', value: release } };
  const architecture = /^Oracle Linux arch is (\w{1,20})$/.exec(comment)?.[1];
  if (architecture !== undefined) return { kind: 'context', value: { kind: 'architecture', value: architecture } };
  return { kind: 'fails' };
}
