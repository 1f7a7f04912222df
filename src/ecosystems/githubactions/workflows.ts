import { parseUsedActions } from '../../formats/github-actions.ts';
import type { Analyzer, LayerContext, LayerReader } from '../../model/analyzer.ts';
import type { PackageFact } from '../../model/fact.ts';
import { Appetite, type FileHeader } from '../../model/file.ts';
import { PackageFacts } from '../../packages/package-facts.ts';
import { MAX_MANIFEST, readTextFile, textAppetite } from '../../packages/text-file.ts';

const WORKFLOW = /(?:^|\/)\.github\/workflows\/[^/]+\.ya?ml$/;
const actions: ReadonlySet<string> = new Set(['action.yml', 'action.yaml']);

/** Reads which actions the workflows and composite actions use that an image has with its sources. */
export const githubWorkflows: Analyzer<PackageFact> = {
  name: 'github-workflows',
  version: 2,
  asked: true,
  within: (directory) => directory.endsWith('.github/workflows') || directory.includes('.github/actions'),

  wants(file: FileHeader): Appetite {
    const { type, name, path, archive } = file;
    if (type !== 'file' || archive !== undefined || !/\.ya?ml$/.test(name)) return Appetite.None;
    const isWanted = WORKFLOW.test(path) || (actions.has(name) && path.includes('.github/actions/'));
    return isWanted ? textAppetite(file, MAX_MANIFEST) : Appetite.None;
  },

  open(layer: LayerContext): LayerReader<PackageFact> {
    const packages = new PackageFacts(layer);
    return {
      read(file) {
        packages.begin(file);
        for (const action of readTextFile(layer, file, MAX_MANIFEST, parseUsedActions) ?? []) {
          packages.add(file.path, { type: 'githubactions', ...action, evidence: 'manifest' });
        }
      },
      close: () => packages.close(),
    };
  },
};
