import type { Check, RuleDoc } from '../../model/check.ts';
import type { Finding } from '../../model/finding.ts';
import type { ImageView } from '../../model/view.ts';
import { findingOf } from '../finding.ts';
import { hiderOf } from '../place.ts';
import { MODELS, pickleImports, RUNS_CODE } from './pickles.ts';

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

function* judge(view: ImageView): Iterable<Finding> {
  for (const { layer, fact } of view.facts('sighting')) {
    if (fact.check !== MODELS || view.bringerOf(layer, fact.path) !== undefined) continue;
    yield findingOf(runsCode, view.image.layers[layer], {
      ...hiderOf(view, layer, fact.path),
      location: { path: fact.path },
      confidence: 'high',
      evidence: `/${fact.path} ${fact.detail}.`,
    });
  }
}

/** Files of models that do more than hold data. */
export const models: Check = {
  id: MODELS,
  displayName: 'Models',
  analyzers: [pickleImports],
  judge: { name: MODELS, judge },
  rules: [runsCode],
};
