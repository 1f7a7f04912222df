import { describe, expect, it } from 'vitest';
import { comparableId } from '../model/finding-id.ts';
import { aliasesOf, formsWithAliases } from './aliases.ts';
import { secretRules } from './forms/index.ts';

const own = new Set(secretRules.map(({ id }) => id));

describe('aliases of secrets', () => {
  it('are of forms that there are', () => {
    expect(formsWithAliases.filter((id) => !own.has(id))).toEqual([]);
  });

  it('are no ids of ours: whoever accepts one of these means this form alone', () => {
    const ids = formsWithAliases.flatMap((form) => aliasesOf(form).map((alias) => alias.replace(/^\w+:/, '')));
    const ours = new Set([...own].map(comparableId));

    expect(ids.length).toBeGreaterThan(50);
    expect(ids.filter((id) => ours.has(comparableId(id)))).toEqual([]);
  });

  it('name the tool, each id once', () => {
    expect(aliasesOf('npm-token')).toEqual(['gitleaks:npm-access-token']);
    expect(aliasesOf('grafana-key')).toEqual(['trivy:grafana-api-token', 'gitleaks:grafana-api-key']);
    for (const form of formsWithAliases) {
      for (const alias of aliasesOf(form)) expect(alias).toMatch(/^(?:trivy|gitleaks):[a-z0-9-]+$/);
    }
  });

  it.each(['github-token', 'gitlab-token', 'private-key', 'constructor'])(
    '%s has none: others tell apart what it is, or call another form so',
    (form) => {
      expect(aliasesOf(form)).toEqual([]);
    },
  );
});
