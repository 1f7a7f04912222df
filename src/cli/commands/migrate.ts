import type { Command } from '../command.ts';

export const command: Command = {
  name: 'migrate',
  summary: 'Explain a command line of Trivy, Grype, Dockle, Snyk or clairctl, word by word, and print ours.',
  description:
    'Their variables (TRIVY_SEVERITY) and files in the current folder (trivy.yaml, .trivyignore, .grype.yaml, .dockleignore, .snyk) have a say as they have there. Nothing is run. The line may also be one word in quotes, with what runs the program before its name.',
  arguments: [{ name: 'line', several: true, description: 'the command line, behind --', mayBeEmpty: true }],
  options: ['format', 'write'],
  foreignLine: true,
  formats: ['table', 'json'],
  examples: [
    'drydock migrate -- trivy image --severity HIGH,CRITICAL --ignore-unfixed debian:12',
    "drydock migrate 'grype registry:debian:12 --fail-on high -o json'",
    'drydock migrate --write -- trivy image --exit-code 1 debian:12',
  ],
  run: async (invocation) => (await import('../migrate/migrate.ts')).migrate(invocation),
};
