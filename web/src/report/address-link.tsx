import type { ReactNode } from 'react';
import { useAddressLink, useChangeAddress } from './address-state.ts';

/** A way to another state of the report: a link, which can be copied and opened beside this one. */
export function AddressLink(props: {
  readonly changes: Readonly<Record<string, string | undefined>>;
  readonly className?: string;
  readonly isCurrent?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const { changes, className, isCurrent = false, children } = props;
  const link = useAddressLink();
  const change = useChangeAddress();
  return (
    <a
      href={link(changes)}
      className={className}
      aria-current={isCurrent ? 'page' : undefined}
      onClick={(event) => {
        // Opened elsewhere: the browser's work.
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        change(changes);
      }}
    >
      {children}
    </a>
  );
}
