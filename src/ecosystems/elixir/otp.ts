import { parseApplication } from '../../formats/erlang/application.ts';
import { packageFiles } from '../../packages/package-files.ts';
import { MAX_MANIFEST } from '../../packages/text-file.ts';

/** Reads which applications of OTP are installed: those of Erlang and Elixir, and what releases are made of. */
export const otpApplications = packageFiles({
  name: 'otp-applications',
  version: 1,
  names: { ends: ['.app'] },
  // Compiled code stands beside it.
  where: ({ name, path }) => name.endsWith('.app') && (path === `ebin/${name}` || path.endsWith(`/ebin/${name}`)),
  maximum: MAX_MANIFEST,
  read(text) {
    const { name, version, requires } = parseApplication(text);
    return [{ type: 'otp', name, version, ...(requires.length > 0 && { requires }) }];
  },
});
