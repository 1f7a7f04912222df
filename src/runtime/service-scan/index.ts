export { mergeServiceFindings } from './merge-findings.ts';
export { probeScanner } from './scan-services.ts';
export { serviceRules, starterProbes } from './starter-probes.ts';
export { loadTemplates } from './templates/load-templates.ts';
