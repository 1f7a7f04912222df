import type { Check, JudgeContext, RuleDoc } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import type { Problem } from '../../model/problem.ts';
import type { ImageView } from '../../model/view.ts';

const rules: readonly RuleDoc[] = [
  {
    id: 'secret',
    kind: 'secret',
    title: 'A key, token or password in the image',
    severity: 'high',
    why:
      'Whoever can pull the image has it, also where a later layer removes the file. Findings bear the id of the rule for its ' +
      'form: who issues it, and what can be done with it.',
    remediation:
      'Take it out of use where it was issued, and hand it to containers when they start, or to a build by a secret mount.',
    aliases: ['dockle:CIS-DI-0010', 'trivy:DS-0031', 'cis-docker:4.10', 'veinmind:sensitive'],
    example: {
      wrong: 'COPY .npmrc /root/\nRUN npm ci && rm /root/.npmrc',
      right: 'RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci',
    },
    sources: ['https://docs.docker.com/build/building/secrets/'],
  },
];

/** Secrets in files of all layers, in the configuration and in the history. */
export const secrets: Check = {
  id: 'secrets',
  displayName: 'Secrets',
  analyzers: [],
  judge: { name: 'secrets', judge },
  rules,
  configure: async ({ deep }) => {
    const { secretFiles } = await import('./secret-files.ts');
    return { ...secrets, contents: [secretFiles({ deep })] };
  },
};

async function* judge(view: ImageView, _: JudgeContext): AsyncIterable<Finding | Problem> {
  for (const { layer, fact } of view.facts('content-coverage')) {
    if (fact.check !== 'secrets') continue;
    for (const { reason, count, first } of fact.unjudged) {
      const others = count > 1 ? ` and ${count - 1} more files of the layer` : '';
      const message = `${first}${others} could not be searched for secrets: it ${reason}`;
      yield { code: 'content.unjudged', message, layer, path: first };
    }
  }
  const { secretsBeyond = 0, instructionsBeyond = 0 } = view.image;
  if (secretsBeyond > 0) {
    const message = `${secretsBeyond} more secrets of the configuration and the history are taken out of all texts, but not told`;
    yield { code: 'image.limit', message };
  }
  if (instructionsBeyond > 0) {
    const message = `the history has too many instructions: ${instructionsBeyond} that may hold secrets are taken out of it unread`;
    yield { code: 'image.limit', message };
  }
  if (view.facts('secret').length === 0 && (view.image.secrets ?? []).length === 0) return;
  const { secretFindings } = await import('./secret-findings.ts');
  yield* secretFindings(view);
}
