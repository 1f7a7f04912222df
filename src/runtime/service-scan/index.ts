export { customScanner } from './adapters/custom-command.ts';
export { nmapScanner } from './adapters/nmap.ts';
export { nucleiScanner } from './adapters/nuclei.ts';
export { testsslScanner } from './adapters/testssl.ts';
export { readProbes } from './probes/read-probes.ts';
export { probeScanner } from './scan-services.ts';
