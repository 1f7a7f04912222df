import { DrydockError } from '../../errors.ts';
import {
  type ImageFiles,
  imageFiles,
  type KeptKnowledge,
  keepKnowledge,
} from '../../runtime/topology/image-knowledge.ts';
import { eitherSignal } from '../../signals.ts';
import { supplyAdvisories } from '../advisory-supply.ts';
import type { Invocation } from '../command.ts';
import { scanImages } from '../scan-images.ts';
import type { ScannedKnowledgeOptions } from './scanned-knowledge.ts';

/** Scans images of an engine for their vulnerabilities alone, quietly and with one thread. */
export function scanForMap(
  { configuration, io, ...rest }: Invocation,
  engine: 'docker' | 'podman',
): NonNullable<ScannedKnowledgeOptions['scan']> {
  const quiet = { report: () => {} };
  return async ({ id }, signal): Promise<KeptKnowledge> => {
    const invocation: Invocation = {
      ...rest,
      configuration: { ...configuration, settings: { ...configuration.settings, threads: 1, 'no-learn': true } },
      io: { ...io, signal: eitherSignal([io.signal, signal]), progress: quiet, atEnd: () => {} },
    };
    let files: ImageFiles | undefined;
    const { reports } = await scanImages(
      [`${engine}:${id}`],
      { vulnerability: true, checks: [] },
      supplyAdvisories,
      invocation,
      {
        onView: (view) => {
          files = imageFiles(view);
        },
      },
    );
    const [report] = reports;
    if (report === undefined || files === undefined) {
      throw new DrydockError('source.not-an-image', 'Nothing was found in the image.');
    }
    return keepKnowledge(report.findings, files, Date.now(), report.problems);
  };
}
