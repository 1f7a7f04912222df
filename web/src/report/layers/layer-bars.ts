import { severities } from '../../../../src/model/severity.ts';
import type { Finding, Report } from '../../api/schema.ts';

/** One layer of the waterfall. */
export interface LayerBar {
  readonly index: number;
  readonly instruction: string | undefined;
  readonly digest: string | undefined;
  /** Bytes as stored. */
  readonly size: number;
  /** Where the bar begins, and how long it is: shares of all bytes, 0 to 1. */
  readonly start: number;
  readonly share: number;
  /** Files that an upper layer hides, and their bytes, which are counted unpacked. */
  readonly hidden: { readonly files: number; readonly bytes: number };
  /** Packages that are installed with it. */
  readonly packages: number;
  readonly findings: number;
  readonly bySeverity: Readonly<Record<Finding['severity'], number>>;
  /** It is one of the base image. */
  readonly isBase: boolean;
}

/**
 * The layers of an image as bars, each where the ones below it end: so it is seen what makes an image large. Findings that
 * somebody accepts are not counted.
 */
export function layerBars({ image, packages, findings, coverage }: Report): readonly LayerBar[] {
  const all = image.layers.reduce((sum, { size }) => sum + Math.max(0, size), 0);
  const counts = new Map(image.layers.map(({ index }) => [index, { packages: 0, findings: 0, bySeverity: none() }]));
  for (const { layer, evidence } of packages) {
    const count = counts.get(layer.index);
    if (count !== undefined && evidence === undefined) count.packages++;
  }
  for (const { layer, severity, suppressed } of findings) {
    const count = layer === undefined || suppressed !== undefined ? undefined : counts.get(layer.index);
    if (count === undefined) continue;
    count.findings++;
    count.bySeverity[severity]++;
  }
  const hidden = new Map(coverage.ledger?.hidden.map((one) => [one.layer, one]));
  const ofBase = image.base?.layers ?? 0;
  let below = 0;
  return image.layers.map(({ index, instruction, digest, size }) => {
    const start = all === 0 ? 0 : below / all;
    below += Math.max(0, size);
    const { files = 0, bytes = 0 } = hidden.get(index) ?? {};
    return {
      index,
      instruction,
      digest,
      size,
      start,
      share: all === 0 ? 0 : Math.max(0, size) / all,
      hidden: { files, bytes },
      ...counts.get(index)!,
      isBase: index < ofBase,
    };
  });
}

function none(): Record<Finding['severity'], number> {
  return Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Finding['severity'], number>;
}
