import { SourceError } from '../errors.ts';
import { attachedVex } from '../image/attached-vex.ts';
import type { Problem } from '../model/problem.ts';
import type { Report } from '../model/report.ts';
import type { Dialer } from '../net/dial.ts';
import { userCredentials } from '../net/registry/credential-files.ts';
import { imageNameOf } from '../policy/image-name.ts';
import type { VexSource } from '../policy/vex-source.ts';
import type { Invocation } from './command.ts';
import { mirrorsOf } from './reading-options.ts';

/** `--vex oci`: statements that the registry of an image has of it. */
export function openOciVex(
  { configuration, io }: Invocation,
  dialer: Dialer,
): (report: Report) => Promise<{ readonly sources: readonly VexSource[]; readonly problems: readonly Problem[] }> {
  const { settings } = configuration;
  const authFile = settings['registry-auth-file'];
  const { environment, log, progress } = io;
  const options = {
    dialer,
    log,
    progress,
    mirrors: mirrorsOf(settings['registry-mirror']),
    plainHttp: settings['plain-http'],
    credentials: userCredentials({ environment, log, ...(authFile !== undefined && { authFile }) }),
  };
  const problem = (message: string): Problem => ({ code: 'vex.unreadable', message: `--vex oci: ${message}` });
  return async (report) => {
    const name = imageNameOf(report);
    const { digest } = report.image;
    if (name === undefined)
      return { sources: [], problems: [problem('an image that is no name in a registry has nothing attached')] };
    if (digest === undefined) {
      const words =
        'the container engine does not tell the digest of the manifest. Scan it with "registry:" before its name.';
      return { sources: [], problems: [problem(words)] };
    }
    try {
      const { documents, faults } = await attachedVex(name, digest, options, io.signal);
      const sources = documents.map((one) => ({ name: `oci:${one.digest}`, document: one.document }));
      return { sources, problems: faults.map(problem) };
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return { sources: [], problems: [problem(error.message)] };
    }
  };
}
