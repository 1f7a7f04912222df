import type { Check, JudgeContext, RuleDoc } from '../../model/check.ts';
import type { Distribution } from '../../model/distribution.ts';
import type { Finding } from '../../model/finding.ts';
import type { Problem } from '../../model/problem.ts';
import type { ImageView } from '../../model/view.ts';
import { findingOf } from '../finding.ts';
import { baseOld, judgeBase } from './base-age.ts';

/** Days before the end of life from which on the report warns. */
const WARNING_DAYS = 90;

const ended: RuleDoc = {
  id: 'distribution-end-of-life',
  kind: 'configuration',
  title: 'The distribution gets no security updates any more',
  severity: 'high',
  why:
    'Its publisher fixes no vulnerabilities in it, and advisories on it cease: a report without findings then says ' +
    'nothing about its safety.',
  remediation: 'Build the image on a release that is supported.',
};

const endsSoon: RuleDoc = {
  id: 'distribution-end-of-life-soon',
  kind: 'configuration',
  title: 'The distribution gets no security updates in the near future',
  severity: 'low',
  why: `Within ${WARNING_DAYS} days its publisher stops fixing vulnerabilities in it.`,
  remediation: 'Plan the move to a later release.',
};

/** Compares the end of life of the image's distribution, and the age of its base image, with the day of the scan. */
export const endOfLife: Check = {
  id: 'end-of-life',
  displayName: 'End of life',
  analyzers: [],
  judge: { name: 'end-of-life', judge },
  rules: [ended, endsSoon, baseOld],
};

/** There were no container images before: a clock that says so was not set, or SOURCE_DATE_EPOCH stands for no day. */
const FIRST_DAY = '2013-01-01';

function* judge(view: ImageView, context: JudgeContext): Iterable<Finding | Problem> {
  const today = dayOf(context.now);
  if (today < FIRST_DAY) {
    yield* undecidedRules(view).map(({ id }): Problem => {
      const message = `end-of-life: ${id} cannot be decided: the day of the scan is ${today}, before there were images`;
      return { code: 'check.undecided', message };
    });
    return;
  }
  yield* judgeDistribution(view, context);
  yield* judgeBase(view, context);
}

/** What a day would have to be known for. */
function undecidedRules({ distribution, image }: ImageView): readonly RuleDoc[] {
  return [
    ...(distribution?.endOfLife === undefined ? [] : [ended, endsSoon]),
    ...(image.base === undefined ? [] : [baseOld]),
  ];
}

function* judgeDistribution(view: ImageView, context: JudgeContext): Iterable<Finding> {
  const { distribution } = view;
  if (distribution?.endOfLife === undefined) return;
  const today = dayOf(context.now);
  const warning = dayOf(new Date(context.now.getTime() + WARNING_DAYS * 24 * 60 * 60 * 1000));
  // The day itself is still supported: it is the last one.
  if (distribution.endOfLife < today) {
    yield findingFor(view, distribution, ended, `ended on ${distribution.endOfLife}, and today is ${today}`);
  } else if (distribution.endOfLife <= warning) {
    yield findingFor(view, distribution, endsSoon, `end on ${distribution.endOfLife}, and today is ${today}`);
  }
}

/** The day of a moment in UTC, in a form that sorts. */
function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

function findingFor(view: ImageView, { name }: Distribution, rule: RuleDoc, what: string): Finding {
  const path = view.releaseFiles[0]?.path;
  const layer = view.image.layers[view.facts('release').findLast(({ fact }) => fact.path === path)?.layer ?? -1];
  return findingOf(rule, layer, {
    ...(path !== undefined && { location: { path } }),
    evidence: `The security updates of ${name} ${what}.`,
  });
}
