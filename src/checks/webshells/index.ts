import type { Check, RuleDoc } from '../../model/check.ts';
import { contentFindings } from '../content-findings.ts';

const rules: readonly RuleDoc[] = [
  {
    id: 'webshell',
    kind: 'webshell',
    title: 'A script that is a webshell',
    severity: 'high',
    why:
      'A script of a web server that lets whoever asks for it run commands, or changes files for them. Rules, likeness to known ' +
      'ones and a learned model are weighed together; findings bear the name of the heaviest witness.',
    remediation:
      'Do not serve the image. Remove the file where it comes from, and look for what else came with it: whoever could write it could write more.',
  },
  {
    id: 'webshell-model',
    kind: 'webshell',
    title: 'A script that looks like a webshell',
    severity: 'high',
    why:
      'No rule says so by itself and it is like no known webshell, but the model is sure enough without them; the finding ' +
      'shows the lines. Where the model is less sure, a rule has to support it, and the finding bears the name of that rule ' +
      'and is medium.',
    remediation:
      'Read the lines that the finding names. If the script is yours, accept it in a policy by this id and its path.',
  },
];

/** Scripts through which others rule a web server. */
export const webshells: Check = {
  id: 'webshells',
  displayName: 'Webshells',
  analyzers: [],
  judge: { name: 'webshells', judge: (view) => contentFindings(view, 'webshells') },
  rules,
  configure: async (settings) => {
    // Loaded by those who judge contents.
    const { webshellEngines } = await import('./engines.ts');
    const engines = webshellEngines(settings);
    if (engines.length === 0) return webshells;
    const { contentAnalyzer } = await import('../../contents/content-analyzer.ts');
    const { webshellModel: model } = settings;
    return {
      ...webshells,
      ...(model && { ruleSets: [{ name: 'webshell-model', digest: model.digest }] }),
      // What a registry published with a package is for malware to judge.
      contents: [
        contentAnalyzer('webshells', engines, {
          deep: settings.deep,
          standings: ['unowned', 'replaced', 'generated'],
        }),
      ],
      close: () => {
        for (const engine of engines) engine.close?.();
      },
    };
  },
};
