import type { OvalRecord } from '../../feeds/oval.ts';
import { ovalCvss } from '../../formats/oval/cvss.ts';
import type { OvalCriteria, OvalDefinition, OvalLeaf } from '../../formats/oval/model.ts';
import { type OvalMeaning, walkOval } from '../../formats/oval/walk.ts';
import { asMoment } from '../../formats/record.ts';
import { severityOfWord } from '../../formats/severity-word.ts';
import type { AdvisoryState, Affected } from '../../model/advisory.ts';
import { isEnterpriseLinux } from './product.ts';
import { stateWithoutFix } from './states.ts';

const cve = /^CVE-\d{4}-\d{4,}$/;
/** The first edition adds the number of the revision: `RHSA-2015:1193-00`. */
const errata = /^(RH[SBE]A-\d{4}:\d{3,})(?:-\d{1,3})?$/;

/** A build that a test asks for: fixed in a version, or any that is installed. */
interface Build {
  readonly fixed?: string;
  readonly architectures: readonly string[];
}

type Context = { readonly kind: 'release' | 'module'; readonly value: string };
type Meaning = OvalMeaning<Build, Context>;

/** What is said of one package. */
interface Row {
  readonly release: string;
  readonly module?: string;
  readonly name: string;
  readonly build: Build;
}

/**
 * The record of a definition: errata with what they fix, CVEs with what has no fix or is not affected.
 * @param prefix of its key
 * @param isRelease whether the document is about the release itself; then definitions need not name products
 */
export function readRedHatOval(
  definition: OvalDefinition,
  prefix: string,
  isRelease: boolean,
  feed: string,
): OvalRecord {
  const isPatch = definition.class === 'patch';
  const ids = [...definition.references, ...definition.cves].map(({ id }) => id.trim());
  const name = isPatch ? ids.flatMap((id) => errata.exec(id)?.[1] ?? []).at(0) : ids.find((id) => cve.test(id));
  if (name === undefined) return { notes: [`${definition.id || 'a definition'} is about no errata and no CVE`] };
  if (definition.criteria === undefined) return { notes: [`${name} has no criteria`] };
  const products = productsOf(definition, isRelease);
  if (products === undefined) return { notes: [`${name} names no product`] };
  const isUnaffected = definition.id.includes(':com.redhat.unaffected:');
  const { rows, oddities } = readRows(definition.criteria, isUnaffected);
  const notes = oddities.map((oddity) => `${name}: ${oddity}`);
  const affected = rows.map((row) => toAffected(row, products, stateOf(row, definition, isUnaffected)));
  if (affected.length === 0) return { notes: [...notes, `${name} asks for no package of a release`] };
  const aliases = isPatch ? [...new Set(ids.filter((id) => cve.test(id)))].sort() : [];
  const url = definition.references.find(({ id }) => id.trim().startsWith(name))?.url;
  const published = asMoment(definition.issued);
  const modified = asMoment(definition.updated);
  // Scores are those of single CVEs: of errata with several, none is the errata's own.
  const cvss = definition.cves.length === 1 ? ovalCvss(definition.cves, feed) : [];
  const title = titleOf(definition.title, name);
  return {
    notes,
    advisory: {
      key: `${prefix}${isUnaffected ? 'unaffected/' : ''}${name}`,
      id: name,
      aliases,
      severity: severityOfWord(definition.severity),
      urls: url === undefined ? [] : [url],
      affected,
      ...(title !== '' && { title }),
      ...(definition.description !== '' && { description: definition.description }),
      ...(cvss.length > 0 && { cvss }),
      ...(published !== undefined && { published }),
      ...(modified !== undefined && { modified }),
    },
  };
}

/** CPEs of other products; none for the release itself; undefined where neither is known. */
function productsOf({ cpes = [] }: OvalDefinition, isRelease: boolean): readonly string[] | undefined {
  if (cpes.length === 0) return isRelease ? [] : undefined;
  return cpes.some(isEnterpriseLinux) ? [] : [...new Set(cpes)].sort();
}

/** `RHSA-2022:4765: firefox security update (Critical)` without the id and the word. */
function titleOf(title: string, name: string): string {
  const start = title.indexOf(name);
  const text = start < 0 ? title : title.slice(start + name.length);
  return text.replace(/^[:\s]+/, '').replace(/\s*\([A-Za-z]{1,20}\)\s*$/, '');
}

function readRows(criteria: OvalCriteria, isUnaffected: boolean): { rows: Row[]; oddities: readonly string[] } {
  const { ways, oddities } = walkOval(criteria, (leaf) => meaningOf(leaf, isUnaffected));
  const rows = new Map<string, Row & { build: { architectures: string[] } }>();
  for (const { contexts, packages } of ways) {
    const told = contexts.flat();
    const modules = told.filter(({ kind }) => kind === 'module').map(({ value }) => value);
    for (const release of new Set(told.filter(({ kind }) => kind === 'release').map(({ value }) => value))) {
      for (const { name, values } of packages) {
        const build = values.find(({ fixed }) => fixed !== undefined) ?? values[0];
        if (build === undefined) continue;
        for (const module of modules.length > 0 ? modules : [undefined]) {
          const key = [release, module, name, build.fixed].join('\0');
          const row = rows.get(key);
          if (row === undefined) {
            const copy = { ...build, architectures: [...build.architectures] };
            rows.set(key, { release, name, build: copy, ...(module !== undefined && { module }) });
          } else if (build.architectures.length === 0) row.build.architectures.length = 0;
          else if (row.build.architectures.length > 0) {
            row.build.architectures.push(
              ...build.architectures.filter((one) => !row.build.architectures.includes(one)),
            );
          }
        }
      }
    }
  }
  return { rows: [...rows.values()], oddities };
}

const holds: Meaning = { kind: 'holds' };
const fails: Meaning = { kind: 'fails' };

function meaningOf({ comment, test }: OvalLeaf, isUnaffected: boolean): Meaning {
  const release =
    /^Red Hat Enterprise Linux (\d{1,2})(?: (?:Client|Server|Workstation|ComputeNode))? is installed$/.exec(
      comment,
    )?.[1];
  if (release !== undefined) return { kind: 'context', value: { kind: 'release', value: release } };
  const module = /^Module (\S{1,100}:\S{1,100}) is enabled$/.exec(comment)?.[1];
  if (module !== undefined) return { kind: 'context', value: { kind: 'module', value: module } };
  // Which kernel runs or starts next is nothing that an image tells.
  if (/^(?:\S+ earlier than \S+ is (?:currently running|set to boot up))/.test(comment)) return holds;
  if (/ is signed with /.test(comment)) return holds;
  if (/ is not installed$/.test(comment)) return isUnaffected ? holds : fails;
  const earlier = /^(\S{1,200}) is earlier than (\S{1,200})$/.exec(comment);
  const installed = /^(\S{1,200}) is installed$/.exec(comment);
  if (test === undefined) {
    if (earlier !== null) return build(earlier[1]!, { fixed: earlier[2]!, architectures: [] });
    return installed === null ? fails : build(installed[1]!, { architectures: [] });
  }
  if (test.kind !== 'rpminfo_test' || test.name === undefined) return fails;
  const fixed = test.conditions.find(({ property }) => property === 'evr');
  const arch = test.conditions.find(({ property }) => property === 'arch');
  const architectures = arch === undefined ? [] : architecturesOf(arch.value);
  if (fixed === undefined) return installed === null ? fails : build(test.name, { architectures });
  return fixed.operation === 'less than' ? build(test.name, { fixed: fixed.value, architectures }) : fails;
}

function build(name: string, value: Build): Meaning {
  return { kind: 'package', name, value };
}

/** `aarch64|ppc64le|x86_64`; all where one of them is for every machine. */
function architecturesOf(pattern: string): readonly string[] {
  const names = pattern.split('|').map((one) => one.replace(/[()^$]/g, ''));
  return names.includes('noarch') || names.some((one) => !/^\w+$/.test(one)) ? [] : names;
}

function stateOf(row: Row, { resolutions = [] }: OvalDefinition, isUnaffected: boolean): AdvisoryState {
  if (isUnaffected) return 'not-affected';
  if (row.build.fixed !== undefined) return 'fixed';
  // Components are sources; the packages of a definition are theirs.
  const own = resolutions.find(({ components }) =>
    components.some((one) => one === row.name || row.name.startsWith(`${one}-`)),
  );
  return stateWithoutFix((own ?? resolutions[0])?.state);
}

function toAffected(
  { release, name, module, build: told }: Row,
  products: readonly string[],
  state: AdvisoryState,
): Affected {
  const only = {
    ...(module !== undefined && { module }),
    ...(told.architectures.length > 0 && { architectures: told.architectures.toSorted() }),
    ...(products.length > 0 && { repositories: products }),
  };
  return {
    namespace: `rhel:${release}`,
    package: name,
    nameKind: 'binary',
    state,
    ranges: told.fixed === undefined ? [] : [{ fixed: told.fixed }],
    ...(Object.keys(only).length > 0 && { only }),
  };
}
