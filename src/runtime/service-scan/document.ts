import type { ServiceRule } from './finding.ts';

/** The page of docs/ on the rules of our own scanner. */
export function documentServiceRules(rules: readonly ServiceRule[]): string {
  const sections = rules.map(({ id, title, severity, confidence, why, remediation, caveats, sources = [] }) =>
    [
      `## \`${id}\``,
      `${title}. Severity ${severity}, confidence ${confidence}.`,
      why,
      `What to do: ${remediation}`,
      ...(caveats === undefined ? [] : [`When it may be wrong: ${caveats}`]),
      ...(sources.length === 0 ? [] : [`Sources: ${sources.map((source) => `<${source}>`).join(', ')}`]),
    ].join('\n\n'),
  );
  return `# Rules on services

<!-- Generated from starter/probes and src/runtime/service-scan by \`npm run docs\`; do not edit. -->

What \`drydock observe\` asks the services of a running image, and says of their answers.

${sections.join('\n\n')}
`;
}
