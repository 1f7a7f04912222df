import type { Confidence, Finding, FindingKind } from '../model/finding.ts';
import { escapeText } from './escape.ts';
import { headOf, helpMarkdown, helpText } from './sarif-help.ts';
import type { SarifRule } from './sarif-rule.ts';
import { levels, precisions, securitySeverity } from './sarif-severity.ts';
import { DESCRIPTION, plainLine } from './sarif-text.ts';
import { webAddress } from './web-address.ts';

/** A code host shows ten (GitHub: "Tags per rule"). */
const TAGS = 10;
const NAME = 255;

/** A rule as a `reportingDescriptor` (SARIF 2.1.0, 3.49), with what code hosts read of its properties. */
export function descriptorOf(rule: SarifRule): object {
  const { id, findings } = rule;
  const first = findings[0]!;
  const helpUri = findings.map(({ source }) => webAddress(source.url)).find((url) => url !== undefined);
  const severity = securitySeverity(first);
  return {
    id: escapeText(id),
    name: nameOf(first),
    shortDescription: { text: plainLine(headOf(first), DESCRIPTION) },
    fullDescription: { text: plainLine(descriptionOf(first), DESCRIPTION) },
    ...(helpUri !== undefined && { helpUri }),
    help: { text: helpText(rule), markdown: helpMarkdown(rule) },
    defaultConfiguration: { level: levels[first.severity] },
    properties: {
      tags: tagsOf(findings),
      precision: precisions[mostConfident(findings)],
      ...(severity !== undefined && { 'security-severity': severity }),
    },
  };
}

const packageKinds: ReadonlyMap<FindingKind, string> = new Map([
  ['vulnerability', 'Vulnerability'],
  ['malware', 'Malware'],
]);

/** A name for people (3.49.7): that of the rule, and of ids that others gave that of their kind. */
function nameOf({ kind, id }: Finding): string {
  const words = id.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  const ofKind = packageKinds.get(kind) ?? kind[0]!.toUpperCase() + kind.slice(1);
  return packageKinds.has(kind) || name === '' || name === id ? ofKind : name.slice(0, NAME);
}

function descriptionOf({ id, aliases, title, severity, score, source }: Finding): string {
  const names = aliases.filter((alias) => alias !== id);
  const known = names.length === 0 ? '' : ` Also known as ${names.join(', ')}.`;
  return `${title.replace(/\.$/, '')}.${known} Severity ${severity}, says ${score?.severitySource ?? source.name}.`;
}

const confidences: readonly Confidence[] = ['low', 'medium', 'high', 'certain'];

function mostConfident(findings: readonly Finding[]): Confidence {
  return confidences[Math.max(...findings.map(({ confidence }) => confidences.indexOf(confidence)))]!;
}

/** What a user filters by: `security`, the kind, the severity, `exploited`, weaknesses as CodeQL names them. */
function tagsOf(findings: readonly Finding[]): readonly string[] {
  const cwes = findings
    .flatMap(({ score }) => score?.cwes ?? [])
    .flatMap((cwe) => /^CWE-(\d{1,6})$/.exec(cwe)?.[1] ?? []);
  const tags = [
    'security',
    ...findings.map(({ kind }) => kind),
    findings[0]!.severity,
    ...(findings.some(({ score }) => score?.kev === true) ? ['exploited'] : []),
    ...cwes.map((number) => `external/cwe/cwe-${number.padStart(3, '0')}`),
  ];
  return [...new Set(tags)].slice(0, TAGS);
}
