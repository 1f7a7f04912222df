import { TarParser } from '../../src/formats/tar/push.ts';
import { defaultLimits } from '../../src/limits.ts';

/** The files of a tar archive, by path. */
export function tarMembers(archive: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  const parser = new TarParser(
    {
      member: (header) => header.size,
      content: (header, content) => members.set(header.path, Buffer.from(content)),
      problem: (_, message) => {
        throw new Error(message);
      },
    },
    { limits: defaultLimits },
  );
  parser.push(archive);
  parser.end();
  return members;
}
