import { type VexJustification, vexJustifications } from '../../formats/vex/document.ts';
import type { YamlMapping, YamlNode } from '../../formats/yaml-tree.ts';
import type { AdvisoryState } from '../../model/advisory.ts';
import type { FindingKind } from '../../model/finding.ts';
import { aliasesOf } from '../../secrets/aliases.ts';
import { secretRules } from '../../secrets/forms/index.ts';
import type { Criteria } from '../policy.ts';
import { comparablePurl } from '../purl.ts';
import {
  child,
  dayOf,
  type Imported,
  ImportList,
  itemsOf,
  kindsOfBuildChecks,
  textOf,
  textsOf,
  type WhyNot,
} from './imported.ts';

type Mutable = { -readonly [K in keyof Criteria]: Criteria[K] };

/** Sections of `.trivyignore.yaml`, and the findings that are meant there. */
const trivySections: ReadonlyMap<string, readonly FindingKind[]> = new Map([
  ['vulnerabilities', ['vulnerability']],
  ['misconfigurations', kindsOfBuildChecks],
  ['secrets', ['secret']],
]);

/** `.trivyignore.yaml` (trivy.dev, "Filtering", section ".trivyignore.yaml"). */
export function importTrivyYaml(root: YamlMapping, whyNot: WhyNot): Imported {
  const list = new ImportList();
  for (const [section, { line, value }] of root.entries) {
    const kind = trivySections.get(section);
    if (kind === undefined) {
      list.leave(
        line,
        section,
        section === 'licenses' ? '"licences" of a policy has exceptions for them' : 'it has no counterpart',
      );
      continue;
    }
    for (const item of itemsOf(value)) {
      const id = textOf(child(item, 'id'));
      if (id === undefined || item.kind !== 'mapping') {
        list.leave(item.line, section, 'the entry has no id');
        continue;
      }
      const [paths, purls] = [textsOf(child(item, 'paths')), textsOf(child(item, 'purls'))];
      const [reason, ends] = [textOf(child(item, 'statement')), textOf(child(item, 'expired_at'))];
      const expires = dayOf(ends);
      if (ends !== undefined && expires === undefined) {
        list.leave(item.line, id, `${ends} is no day`);
        continue;
      }
      const why = section === 'misconfigurations' ? whyNot('trivy', id) : undefined;
      if (why !== undefined) {
        list.leave(item.line, id, why);
        continue;
      }
      if (section === 'misconfigurations' && paths.length > 0) {
        list.leave(item.line, id, 'it is for one build file; an image does not tell which one it was made from');
        continue;
      }
      if (section === 'secrets' && !isSecretId(id)) {
        list.leave(item.line, id, 'no rule for secrets has that name here');
        continue;
      }
      const bad = purls.find((purl) => comparablePurl(purl) === undefined);
      if (bad !== undefined) {
        list.leave(item.line, id, `${bad} is no package URL`);
        continue;
      }
      list.leaveOthers(item, ['id', 'paths', 'purls', 'statement', 'expired_at'], `${section}: ${id}: `);
      list.add({
        line: item.line,
        criteria: {
          id: [id],
          kind,
          ...(paths.length > 0 && { path: paths }),
          ...(purls.length > 0 && { package: purls }),
        },
        ...(reason !== undefined && { reason }),
        ...(expires !== undefined && { expires }),
      });
    }
  }
  return list;
}

/** States of a fix in Grype's words. */
const fixStates: ReadonlyMap<string, readonly AdvisoryState[]> = new Map([
  ['fixed', ['fixed']],
  ['not-fixed', ['affected', 'deferred']],
  ['wont-fix', ['will-not-fix', 'end-of-life']],
  ['unknown', ['affected', 'under-investigation']],
]);

/** `ignore:` of `.grype.yaml` (github.com/anchore/grype, "Specifying matches to ignore"). */
export function importGrype(root: YamlMapping): Imported {
  const list = new ImportList();
  list.leaveOthers(root, ['ignore'], '');
  for (const item of itemsOf(child(root, 'ignore'))) {
    const criteria: Mutable = {};
    if (item.kind !== 'mapping' || !grypeCriteria(item, criteria, list)) continue;
    if (Object.keys(criteria).length === 0) {
      list.leave(item.line, 'ignore', 'it says nothing of what it means');
      continue;
    }
    const reason = textOf(child(item, 'reason'));
    const given = textOf(child(item, 'vex-justification'));
    const justification = vexJustifications.find((known): known is VexJustification => known === given);
    list.add({
      line: item.line,
      criteria: { ...criteria, kind: ['vulnerability'] },
      ...(reason !== undefined && { reason }),
      ...(justification !== undefined && { justification }),
    });
  }
  return list;
}

/** False where an entry means less than what could be said of it: taken over without that, it would hide more. */
function grypeCriteria(item: YamlMapping, criteria: Mutable, list: ImportList): boolean {
  const narrowing = ['namespace', 'match-type', 'vex-status', 'language', 'upstream-name'];
  const pkg = child(item, 'package');
  for (const key of narrowing) {
    const line = item.entries.get(key)?.line ?? (pkg?.kind === 'mapping' ? pkg.entries.get(key)?.line : undefined);
    if (line === undefined) continue;
    list.leave(line, `ignore: ${key}`, 'it cannot be said here, and without it the entry would accept more');
    return false;
  }
  const [id, state] = [textOf(child(item, 'vulnerability')), textOf(child(item, 'fix-state'))];
  if (id !== undefined) criteria.id = [id];
  if (state !== undefined) {
    const states = fixStates.get(state);
    if (states === undefined) {
      list.leave(item.line, `ignore: fix-state: ${state}`, 'no such state is known');
      return false;
    }
    criteria.state = states;
  }
  const [name, version] = [textOf(child(pkg, 'name')), textOf(child(pkg, 'version'))];
  const [type, location] = [textOf(child(pkg, 'type')), textOf(child(pkg, 'location'))];
  if (name !== undefined && isExpression(name)) {
    const why = 'it is a regular expression; names and patterns (*) are understood';
    list.leave(item.line, `ignore: package: name: ${name}`, why);
    return false;
  }
  if (type !== undefined && !['deb', 'rpm', 'apk'].includes(type)) {
    list.leave(item.line, `ignore: package: type: ${type}`, 'packages of that type are not looked for yet');
    return false;
  }
  if (type !== undefined) criteria.package = [`pkg:${type}/*/${name === undefined ? '**' : `${name}@**`}`];
  else if (name !== undefined) criteria.package = [name];
  if (version !== undefined && isCondition(version)) {
    list.leave(item.line, `ignore: package: version: ${version}`, 'it is no single version');
    return false;
  }
  if (version !== undefined) criteria.version = [version];
  if (location !== undefined) criteria.path = [location.replace(/^\/+/, '')];
  return true;
}

/** What would be more than one version here. */
function isCondition(version: string): boolean {
  return /[<>=*?,\s]/.test(version);
}

function isExpression(name: string): boolean {
  return /[\\^$|()[\]]/.test(name) || name.includes('.*') || name.includes('.+');
}

/** `.snyk` (docs.snyk.io, "The .snyk file"): `ignore:` with paths below each id. */
export function importSnyk(root: YamlMapping): Imported {
  const list = new ImportList();
  list.leaveOthers(root, ['ignore', 'version'], '');
  const ignore = child(root, 'ignore');
  if (ignore?.kind !== 'mapping') return list;
  for (const [id, { line, value }] of ignore.entries) {
    const paths = itemsOf(value).flatMap((item) => (item.kind === 'mapping' ? [...item.entries] : []));
    if (paths.length === 0) list.leave(line, id, 'nothing stands below it');
    for (const [path, { line: at, value: details }] of paths) {
      if (path.trim() !== '*' && path.trim() !== '* > *') {
        list.leave(at, `${id}: ${path}`, 'it is for one path of dependencies, which cannot be said here');
        continue;
      }
      const [reason, ends] = [textOf(child(details, 'reason')), textOf(child(details, 'expires'))];
      const expires = dayOf(ends);
      if (ends !== undefined && expires === undefined) {
        list.leave(at, id, `${ends} is no day`);
        continue;
      }
      if (id.startsWith('SNYK-')) {
        list.leave(
          at,
          id,
          'taken over, but ids of Snyk are in no advisory: it means something once the CVE stands in its place',
        );
      }
      list.add({
        line: at,
        criteria: { id: [id] },
        ...(reason !== undefined && { reason }),
        ...(expires !== undefined && { expires }),
      });
    }
  }
  return list;
}

/**
 * Whitelists of clair-scanner (`generalwhitelist:`, `images:`, ids with a comment) and of klar (`general:` or
 * `generalwhitelist:`, lists of ids).
 */
export function importWhitelist(root: YamlMapping): Imported {
  const list = new ImportList();
  list.leaveOthers(root, ['generalwhitelist', 'general', 'images'], '');
  for (const key of ['generalwhitelist', 'general']) addIds(child(root, key), undefined, list);
  const images = child(root, 'images');
  if (images?.kind === 'mapping') {
    for (const [image, { value }] of images.entries) addIds(value, image, list);
  }
  return list;
}

function addIds(node: YamlNode | undefined, image: string | undefined, list: ImportList): void {
  const about = image === undefined ? {} : { image: [image] };
  if (node?.kind === 'mapping') {
    for (const [id, { line, value }] of node.entries) {
      const reason = textOf(value);
      list.add({ line, criteria: { id: [id], ...about }, ...(reason !== undefined && { reason }) });
    }
  }
  for (const item of itemsOf(node)) {
    const id = textOf(item);
    if (id === undefined) list.leave(item.line, image ?? 'generalwhitelist', 'it is no id');
    else list.add({ line: item.line, criteria: { id: [id], ...about } });
  }
}

/** `.hadolint.yaml` (github.com/hadolint/hadolint, "Configure"): `ignored:`, a list of ids. */
export function importHadolint(root: YamlMapping, whyNot: WhyNot): Imported {
  const list = new ImportList();
  list.leaveOthers(root, ['ignored'], '');
  for (const item of itemsOf(child(root, 'ignored'))) {
    const id = textOf(item);
    if (id === undefined) list.leave(item.line, 'ignored', 'it is no id');
    else list.addCheck('hadolint', id, whyNot, item.line);
  }
  return list;
}

/** The id of a form of secrets, or Trivy's for it. */
function isSecretId(id: string): boolean {
  return secretRules.some((rule) => rule.id === id || aliasesOf(rule.id).some((alias) => alias.endsWith(`:${id}`)));
}
