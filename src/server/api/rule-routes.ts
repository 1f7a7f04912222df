import { z } from 'zod';
import { findingKinds } from '../../model/finding.ts';
import type { ApiContext } from './api-context.ts';
import { describeRoute } from './describe.ts';
import { notFound } from './problem.ts';
import { SeverityName, text } from './schemas.ts';
import type { ApiApp } from './zod-app.ts';

const Rule = z
  .object({
    check: z.string().describe('The check that asks it.'),
    id: z.string(),
    kind: z.enum(findingKinds),
    title: z.string(),
    severity: SeverityName,
    why: z.string().describe('Why it matters.'),
    remediation: z.string().describe('What to do about it.'),
    aliases: z.array(z.string()).readonly().optional().describe('Rules of other tools that ask the same: `TOOL:ID`.'),
    example: z.object({ wrong: z.string(), right: z.string() }).optional(),
    sources: z.array(z.string()).readonly().optional().describe('Addresses at which the reasons stand.'),
    caveats: z.string().optional(),
  })
  .meta({ id: 'Rule' });

const exampleRule: z.infer<typeof Rule> = {
  check: 'end-of-life',
  id: 'distribution-end-of-life',
  kind: 'configuration',
  title: 'The distribution gets no security updates any more',
  severity: 'high',
  why: 'Its publisher fixes no vulnerabilities in it.',
  remediation: 'Build the image on a release that is supported.',
};

const Rules = z.object({ rules: z.array(Rule) }).meta({ id: 'Rules', examples: [{ rules: [exampleRule] }] });

/** What findings besides vulnerabilities mean, as `drydock explain RULE` tells. */
export function registerRules(app: ApiApp, _context: ApiContext): void {
  app.get(
    '/api/rules',
    {
      config: { scope: 'read' },
      schema: {
        ...describeRoute({
          id: 'listRules',
          summary: 'List the rules of the checks',
          description: 'What findings besides vulnerabilities are found by; all of them, or those that a word names.',
          tag: 'operation',
          scope: 'read',
          answers: { 200: ['The rules.', Rules] },
          problems: { 404: 'No rule is named so.' },
        }),
        querystring: z.object({
          name: text(255).optional().describe('Id of a rule, of a check, or of a rule of another tool: `DL3002`.'),
        }),
      },
    },
    async ({ query: { name } }) => {
      // Hundreds of texts, which nobody needs who does not ask.
      const [{ checks }, { allRules, rulesNamed }] = await Promise.all([
        import('../../checks/index.ts'),
        import('../../checks/find-rules.ts'),
      ]);
      const all = await allRules(checks);
      const found = name === undefined ? all : rulesNamed(name, all);
      if (found.length === 0) throw notFound('rule of this name');
      return { rules: found.map(({ check, doc }) => ({ check, ...doc })) };
    },
  );
}
