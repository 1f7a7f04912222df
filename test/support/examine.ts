import { assembleImage } from '../../src/assembly/assemble.ts';
import { checks } from '../../src/checks/index.ts';
import { ecosystems } from '../../src/ecosystems/index.ts';
import type { OpenedSource } from '../../src/image/opened-image.ts';
import { isFinding } from '../../src/model/check.ts';
import type { Finding } from '../../src/model/finding.ts';
import type { ImageInfo } from '../../src/model/image.ts';
import type { Package } from '../../src/model/package.ts';
import type { Problem } from '../../src/model/problem.ts';
import { readLayers } from '../../src/reading/read-layers.ts';
import { testContext, testNow } from './scan.ts';

/** What a scan without advisories finds out about an opened image. */
export interface Examined {
  readonly info: ImageInfo;
  readonly packages: readonly Package[];
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  readonly files: number;
}

/** Reads, assembles and judges the one image of a source, whoever opened it, and closes it. */
export async function examine(source: OpenedSource, { verify = false } = {}): Promise<Examined> {
  try {
    const [image] = source.images;
    if (image === undefined || source.images.length > 1) throw new Error(`${source.images.length} images`);
    const listed = [...ecosystems.flatMap((one) => one.analyzers), ...checks.flatMap((one) => one.analyzers)];
    const analyzers = [...new Map(listed.map((analyzer) => [analyzer.name, analyzer])).values()];
    const context = testContext();
    const layers = await readLayers(image, analyzers, context, { verify });
    const { view, coverage } = await assembleImage(image, layers, analyzers, ecosystems, context);
    const findings: Finding[] = [];
    for (const { judge } of checks) {
      for await (const result of judge.judge(view, { now: testNow })) if (isFinding(result)) findings.push(result);
    }
    return { info: view.image, packages: view.packages, findings, problems: view.problems, files: coverage.files };
  } finally {
    source.close();
  }
}
