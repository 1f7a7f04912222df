import type { BaseImage } from '../model/base-image.ts';
import type { Finding } from '../model/finding.ts';

/** Findings with who brought them: by their layer, or by their place in the history where they have none. */
export function withOrigin(findings: readonly Finding[], base: BaseImage | undefined): readonly Finding[] {
  if (base?.layers === undefined) return findings;
  return findings.map((finding) => ({ ...finding, from: originOf(finding, base) }));
}

function originOf({ layer, historyIndex }: Finding, { layers = 0, entries }: BaseImage): Finding['from'] {
  if (layer !== undefined) return layer.index < layers ? 'base' : 'own';
  if (historyIndex === undefined || entries === undefined) return 'unknown';
  return historyIndex < entries ? 'base' : 'own';
}
