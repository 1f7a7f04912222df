import { aliasesOf } from '../../secrets/aliases.ts';
import { secretRules } from '../../secrets/forms/index.ts';

/** The page of the kinds of secrets: ids of findings, as policies name them. */
export function documentSecretKinds(): string {
  const rules = secretRules.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return `# Kinds of secrets

<!-- Generated from src/secrets/forms by \`npm run docs\`; do not edit. -->

Findings of \`--checks secrets\` have the id of what was found, one of these ${rules.length}. A policy names one of them, or one of
the ids of others, which findings bear as \`aliases\`; [secret](secrets.md#secret) is no id of all of them, but of what nothing
but the name of a variable tells. A secret under a password of its own has severity low.

| Id | What it is | Severity | Ids of others |
|---|---|---|---|
${rules.map(({ id, title, severity }) => `| \`${id}\` | ${cell(title)} | ${severity} | ${others(id)} |`).join('\n')}
`;
}

function others(id: string): string {
  return aliasesOf(id)
    .map((alias) => alias.slice(alias.indexOf(':') + 1))
    .join(', ');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
