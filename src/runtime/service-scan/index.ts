export { customScanner } from './adapters/custom-command.ts';
export { nmapScanner } from './adapters/nmap.ts';
export { nucleiScanner } from './adapters/nuclei.ts';
export { testsslScanner } from './adapters/testssl.ts';
export { probeScanner } from './scan-services.ts';
export { loadTemplates } from './templates/load-templates.ts';
