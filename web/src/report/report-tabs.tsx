import type { ReactNode } from 'react';
import { useAddressLink, useChangeAddress } from './address-state.ts';

export interface ReportTab {
  readonly name: string;
  readonly label: string;
  readonly count?: number | undefined;
}

/** The parts of a report: links, since each has an address. The first is where the address names none. */
export function ReportTabs({
  tabs,
  current,
}: {
  readonly tabs: readonly ReportTab[];
  readonly current: string;
}): ReactNode {
  const link = useAddressLink();
  const change = useChangeAddress();
  return (
    <nav className="tabs report-tabs" aria-label="Parts of the report">
      {tabs.map(({ name, label, count }, place) => {
        const changes = { tab: place === 0 ? undefined : name, finding: undefined };
        return (
          <a
            key={name}
            href={link(changes)}
            aria-current={name === current ? 'page' : undefined}
            onClick={(event) => {
              if (event.ctrlKey || event.metaKey || event.shiftKey) return;
              event.preventDefault();
              change(changes);
            }}
          >
            {label}
            {count !== undefined && <span className="count">{count.toLocaleString('en')}</span>}
          </a>
        );
      })}
    </nav>
  );
}
