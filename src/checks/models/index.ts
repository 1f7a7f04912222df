import type { Check, RuleDoc } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import type { ImageView } from '../../model/view.ts';
import { findingOf } from '../finding.ts';
import { hiderOf } from '../place.ts';
import { arrayArchives } from './array-archives.ts';
import { pickleBlobs } from './pickle-blobs.ts';
import { IMPORTS_UNKNOWN, MODELS, pickleImports, RUNS_CODE } from './pickles.ts';

const runsCode: RuleDoc = {
  id: RUNS_CODE,
  kind: 'malware',
  title: 'A model runs code when it is loaded',
  severity: 'high',
  why: 'A pickle is a program: loading it calls what it imports. Data of a model has no use for the functions that start programs, run text as code or open connections.',
  remediation:
    'Do not load it. Have the model from its publisher as safetensors or GGUF, or load it with weights_only=True, which refuses such imports.',
  sources: ['https://docs.python.org/3/library/pickle.html'],
  caveats:
    'A pickle that is no model may import such functions for its own program. What another program of the image imports by itself is not seen.',
};

const importsUnknown: RuleDoc = {
  id: IMPORTS_UNKNOWN,
  kind: 'malware',
  title: 'A model imports what is not known to be harmless',
  severity: 'low',
  why: 'A pickle calls what it imports when it is loaded. What data is made of is known by name; this is not among it, and what it does is up to whoever wrote it.',
  remediation:
    'See that what it imports comes with a package that you trust. Have the model from its publisher as safetensors or GGUF, or load it with weights_only=True.',
  sources: ['https://docs.python.org/3/library/pickle.html#restricting-globals'],
  caveats:
    'Most models that were saved whole, and not as weights, import classes of their own program, and do no harm.',
};

function* judge(view: ImageView): Iterable<Finding> {
  for (const { layer, fact } of view.facts('sighting')) {
    if (fact.check !== MODELS || view.bringerOf(layer, fact.path) !== undefined) continue;
    const isKnown = fact.rule === RUNS_CODE;
    yield findingOf(isKnown ? runsCode : importsUnknown, view.image.layers[layer], {
      ...hiderOf(view, layer, fact.path),
      location: { path: fact.path },
      confidence: isKnown ? 'high' : 'low',
      evidence: `/${fact.path} ${fact.detail}.`,
    });
  }
}

/** Files of models that do more than hold data. */
export const models: Check = {
  id: MODELS,
  displayName: 'Models',
  analyzers: [pickleImports, pickleBlobs, arrayArchives],
  judge: { name: MODELS, judge },
  rules: [runsCode, importsUnknown],
};
