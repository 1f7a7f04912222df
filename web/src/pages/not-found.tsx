import type { ReactNode } from 'react';
import { LinkButton } from '../ui/button.tsx';
import { PageFrame } from '../ui/page-frame.tsx';
import { Empty } from '../ui/states.tsx';

/** An address that is none of ours. */
export function NotFoundPage(): ReactNode {
  return (
    <PageFrame title="Not found">
      <Empty title="There is no page at this address">
        <p>The link may be of another version, or cut off.</p>
        <LinkButton to="/">To the overview</LinkButton>
      </Empty>
    </PageFrame>
  );
}
