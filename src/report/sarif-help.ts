import type { Finding } from '../model/finding.ts';
import type { SarifRule } from './sarif-rule.ts';
import { markdownLink, markdownText, plainLine } from './sarif-text.ts';
import { webAddress } from './web-address.ts';
import { listWords, percentWords } from './words.ts';

/** Packages that the help of a rule names. */
const PACKAGES = 20;
const SCORES = 10;

/** What is known of a rule besides its title: what it is about, and what is said of that. */
interface Fact {
  readonly about: string;
  readonly text: string;
  /** Leads there, where Markdown is read. */
  readonly address?: string | undefined;
}

/** `CVE-2024-2961: The title`. */
export function headOf({ id, title }: Finding): string {
  return title.includes(id) ? title : `${id}: ${title}`;
}

/** Documentation of a rule in plain text (SARIF 2.1.0, 3.49.12). */
export function helpText(rule: SarifRule): string {
  const lines = factsOf(rule).map(
    ({ about, text, address }) =>
      `${plainLine(about)}: ${plainLine(text)}${address === undefined ? '' : ` ${plainLine(address)}`}`,
  );
  return [plainLine(headOf(rule.findings[0]!)), ...lines].join('\n');
}

/** The same as a table in Markdown, which code hosts show. */
export function helpMarkdown(rule: SarifRule): string {
  const first = rule.findings[0]!;
  const title = first.title === first.id ? '' : ` ${markdownText(first.title)}`;
  const rows = factsOf(rule).map(({ about, text, address }) => {
    const shown = address === undefined ? markdownText(text) : markdownLink(text, address);
    return `| ${markdownText(about)} | ${shown} |`;
  });
  return [`**${markdownText(first.id)}**${title}`, '', '| | |', '| --- | --- |', ...rows].join('\n');
}

function factsOf({ findings }: SarifRule): readonly Fact[] {
  const first = findings[0]!;
  const { aliases, related = [], severity, score, source } = first;
  const { cvss = [], cwes = [], severitySource } = score ?? {};
  const exploitation = exploitationOf(first);
  const remedies = [...new Set(findings.flatMap(({ remediation }) => remediation ?? []))];
  const packages = packagesOf(findings);
  const facts: readonly (Fact | undefined)[] = [
    { about: 'Severity', text: `${severity} (${severitySource ?? source.name})` },
    ...cvss.slice(0, SCORES).map((one) => ({
      about: `CVSS ${one.version}`,
      text: `${one.score === undefined ? '' : `${one.score} `}${one.vector} (${one.source})`,
    })),
    exploitation === undefined ? undefined : { about: 'Exploitation', text: exploitation },
    cwes.length === 0 ? undefined : { about: 'Weaknesses', text: listWords(cwes, PACKAGES) },
    aliases.length === 0 ? undefined : { about: 'Also known as', text: listWords(aliases, PACKAGES) },
    related.length === 0 ? undefined : { about: 'Related', text: listWords(related, PACKAGES) },
    packages.length === 0 ? undefined : { about: 'Packages', text: listWords(packages, PACKAGES) },
    // Of several packages each needs its own: the result says it.
    remedies.length === 1 ? { about: 'What to do', text: remedies[0]! } : undefined,
    { about: 'Source', text: source.name, address: webAddress(source.url) },
  ];
  return facts.filter((fact) => fact !== undefined);
}

/** `known (CISA KEV), EPSS 94.2 %`. */
export function exploitationOf({ score }: Pick<Finding, 'score'>): string | undefined {
  const words = [
    ...(score?.kev === true ? ['known (CISA KEV)'] : []),
    ...(score?.epss === undefined ? [] : [`EPSS ${percentWords(score.epss)}`]),
  ];
  return words.length === 0 ? undefined : words.join(', ');
}

function packagesOf(findings: readonly Finding[]): readonly string[] {
  const words = findings.flatMap(({ package: pkg, fixedVersion }) => {
    if (pkg === undefined) return [];
    return `${pkg.name} ${pkg.version}`.trimEnd() + (fixedVersion === undefined ? '' : ` (fixed in ${fixedVersion})`);
  });
  return [...new Set(words)];
}
