import type { Command } from '../command.ts';
import { toolVersion } from '../tool-version.ts';

export const command: Command = {
  name: 'version',
  summary: 'Show the version; with -v also what it runs on.',
  arguments: [],
  options: [],
  withoutConfiguration: true,
  async run({ configuration, io }) {
    const lines = [`drydock ${toolVersion}`];
    if (configuration.settings.verbose) {
      lines.push(`node ${process.versions.node}`, `platform ${process.platform}-${process.arch}`);
    }
    await io.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  },
};
