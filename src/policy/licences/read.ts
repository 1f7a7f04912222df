import { quote, YamlError, type YamlMapping, type YamlNode } from '../../formats/yaml-tree.ts';
import { type Severity, severities } from '../../model/severity.ts';
import { checkKeys, textOf, valuesOf } from '../yaml-values.ts';
import { type LicenceFault, type LicencePolicy, usualSeverity } from './find.ts';
import { type LicenceTerm, readTerm } from './terms.ts';

const keys: readonly string[] = ['allow', 'deny', 'unknown', 'severity', 'exceptions'];
const faults = Object.keys(usualSeverity) as readonly LicenceFault[];

/**
 * Reads the `licences` of a policy, its exceptions apart, which are entries like others.
 * @throws YamlError
 */
export function readLicencePolicy(node: YamlNode, file: string): LicencePolicy {
  const mapping = mappingOf(node);
  const { entries, line } = mapping;
  const allow = entries.get('allow');
  const deny = entries.get('deny');
  const unknown = entries.get('unknown');
  if (allow === undefined && deny === undefined && unknown === undefined) {
    throw new YamlError(line, 'licences: "allow", "deny" or "unknown" is expected');
  }
  return {
    place: `${file}:${line}`,
    file,
    ...(allow !== undefined && { allow: termsOf(allow.value, 'allow') }),
    deny: deny === undefined ? [] : termsOf(deny.value, 'deny'),
    unknownPasses: unknown === undefined ? allow === undefined : passes(unknown.value),
    severity: severityOf(entries.get('severity')?.value),
  };
}

/** The nodes of the exceptions of `licences`. */
export function exceptionsOf(node: YamlNode): readonly YamlNode[] {
  const given = mappingOf(node).entries.get('exceptions')?.value;
  if (given === undefined) return [];
  if (given.kind !== 'list') throw new YamlError(given.line, 'exceptions: a list is expected');
  return given.items;
}

function mappingOf(node: YamlNode): YamlMapping {
  if (node.kind !== 'mapping') throw new YamlError(node.line, `licences: ${keys.join(', ')} are expected`);
  checkKeys(node, keys, '"licences"');
  return node;
}

function termsOf(node: YamlNode, name: string): readonly LicenceTerm[] {
  return valuesOf(node, name).map(({ text, line }) => {
    const term = readTerm(text, line);
    if (typeof term === 'string') throw new YamlError(line, `${name}: ${term}`);
    return term;
  });
}

function passes(node: YamlNode): boolean {
  const word = textOf(node, 'unknown');
  if (word === 'allow' || word === 'deny') return word === 'allow';
  throw new YamlError(node.line, `unknown: ${quote(word)} is not one of allow, deny`);
}

/** One for all, or one for each of the faults. */
function severityOf(node: YamlNode | undefined): LicencePolicy['severity'] {
  if (node === undefined) return usualSeverity;
  if (node.kind !== 'mapping') {
    const severity = severityNamed(node);
    return { denied: severity, 'not-allowed': severity, unknown: severity };
  }
  checkKeys(node, faults, '"severity"');
  const own = faults.flatMap((fault) => {
    const given = node.entries.get(fault);
    return given === undefined ? [] : [[fault, severityNamed(given.value)] as const];
  });
  return { ...usualSeverity, ...Object.fromEntries(own) };
}

function severityNamed(node: YamlNode): Severity {
  const word = textOf(node, 'severity');
  const severity = severities.find((one) => one === word);
  if (severity !== undefined) return severity;
  throw new YamlError(node.line, `severity: ${quote(word)} is not one of ${severities.join(', ')}`);
}
