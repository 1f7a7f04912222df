import path from 'node:path';
import { reportFormats } from '../../config/options.ts';
import type { Command, Invocation } from '../command.ts';
import { deliverReports } from '../deliver.ts';
import { demoImage } from '../demo-image.ts';
import { prepareFormats } from '../report-formats.ts';

async function run(invocation: Invocation): Promise<number> {
  const [{ supplyStarter }, { scanImages }, prepared, { checks }] = await Promise.all([
    import('../advisory-supply.ts'),
    import('../scan-images.ts'),
    prepareFormats(invocation),
    import('../../checks/index.ts'),
  ]);
  const supply = () => supplyStarter('The demonstration asks the starter set only: a small sample, written by hand.');
  const reference = path.relative(invocation.io.folder, demoImage);
  const { reports } = await scanImages([reference], { vulnerability: true, checks }, supply, invocation);
  await deliverReports(reports, prepared, invocation);
  return 0;
}

export const command: Command = {
  name: 'demo',
  summary: 'Scan an example image with the advisories that come with Drydock: no image, no network needed.',
  arguments: [],
  options: ['format', 'output', 'template', 'severity', 'list-packages'],
  formats: reportFormats,
  run,
};
