import { FormatError } from '../../errors.ts';
import { archiveKind, KIND_BYTES } from '../../formats/archive/archive-kind.ts';
import type { Inflow } from '../../formats/archive/inflow.ts';
import type { Steps } from '../../formats/compression/wait.ts';
import { skipToPayload } from '../../formats/rpm-file/payload.ts';
import { showCpio } from './cpio-members.ts';
import { isCompressed, withDecoded } from './decode-flow.ts';
import type { FlowMembers } from './flow-members.ts';

/** Shows the files that an RPM package installs: `a.rpm!/usr/bin/b`. */
export function* showRpm(flow: Inflow, members: FlowMembers): Steps {
  yield* skipToPayload(flow);
  const found = archiveKind(yield* flow.peek(KIND_BYTES));
  if (found?.kind === 'cpio') yield* showCpio(flow, members);
  else if (found !== undefined && isCompressed(found.kind)) {
    yield* withDecoded(found.kind, flow, members, (stage) => showCpio(stage.flow, members));
  } else {
    const name = found?.kind === 'unreadable' ? found.name : 'no archive that is known';
    throw new FormatError(`what it packs is ${name}`, { reason: 'unsupported' });
  }
}
