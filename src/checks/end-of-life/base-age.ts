import type { JudgeContext, RuleDoc } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import type { Problem } from '../../model/problem.ts';
import type { ImageView } from '../../model/view.ts';
import { findingOf } from '../finding.ts';

const DAY = 24 * 60 * 60 * 1000;

/** Days after which a base image counts as old, and as very old. */
const OLD = 180;
const VERY_OLD = 365;

export const baseOld: RuleDoc = {
  id: 'base-old',
  kind: 'configuration',
  title: 'The base image is old',
  severity: 'negligible',
  why: 'Publishers rebuild base images with every security update. An old one lacks those since it was made, and a rebuild on it does not bring them.',
  remediation: 'Build on the present version of the base image: docker build --pull.',
  example: { wrong: 'docker build .', right: 'docker build --pull .' },
  sources: [
    'https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often',
    'https://github.com/opencontainers/image-spec/blob/main/annotations.md',
  ],
  caveats:
    `Older than ${OLD} days, and low instead of negligible after ${VERY_OLD}. It is asked only of images whose base is known by its ` +
    'layers (drydock base), and cannot be decided where only a label or the form of the history tells of one. Builds that can be ' +
    'repeated often have a date that was set.',
};

/** Asks how old the part is that came from the base image. Where nothing tells of a base there is nothing to ask. */
export function* judgeBase({ image }: ImageView, { now }: JudgeContext): Iterable<Finding | Problem> {
  const { base } = image;
  if (base === undefined) return;
  if (base.layers === undefined) {
    yield undecided('the layers of its base image are not known');
    return;
  }
  const made = Date.parse(base.created ?? '');
  if (Number.isNaN(made)) {
    yield undecided('nothing tells when its base image was made');
    return;
  }
  const days = Math.floor((now.getTime() - made) / DAY);
  if (days <= OLD) return;
  yield findingOf(baseOld, image.layers[base.layers - 1], {
    severity: days > VERY_OLD ? 'low' : 'negligible',
    evidence: `The base image was made on ${new Date(made).toISOString().slice(0, 10)}, ${days} days ago.`,
  });
}

function undecided(why: string): Problem {
  return { code: 'check.undecided', message: `end-of-life: ${baseOld.id} cannot be decided: ${why}` };
}
