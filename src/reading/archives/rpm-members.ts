import { FormatError } from '../../errors.ts';
import { archiveKind, KIND_BYTES } from '../../formats/archive/archive-kind.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { skipToPayload } from '../../formats/rpm-file/payload.ts';
import { showCpio } from './cpio-members.ts';
import { isCompressed, withDecoded } from './decode-flow.ts';
import type { FlowMembers } from './flow-members.ts';

/** Bytes that tell the form of a cpio archive. */
const HEAD = 8;

/** Shows the files that an RPM package installs: `a.rpm!/usr/bin/b`. */
export function* showRpm(flow: Inflow, members: FlowMembers): Steps {
  yield* skipToPayload(flow);
  const head = yield* flow.peek(KIND_BYTES);
  const found = archiveKind(head);
  if (found?.kind === 'cpio') yield* members.within(found.kind, head, () => showCpio(flow, members));
  else if (found !== undefined && isCompressed(found.kind)) {
    const { kind } = found;
    yield* members.within(kind, head, () =>
      withDecoded(kind, flow, members, function* ({ flow: inner }) {
        const first = yield* inner.peek(HEAD);
        yield* members.within('cpio', first, () => showCpio(inner, members));
      }),
    );
  } else {
    const name = found?.kind === 'unreadable' ? found.name : 'no archive that is known';
    throw new FormatError(`what it packs is ${name}`, { reason: 'unsupported' });
  }
}
