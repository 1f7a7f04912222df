import type { ReactNode } from 'react';
import { AddressLink } from './address-link.tsx';

export interface ReportTab {
  readonly name: string;
  readonly label: string;
  readonly count?: number | undefined;
}

/** The parts of a report: links, since each has an address. The first is where the address names none. */
export function ReportTabs(props: { readonly tabs: readonly ReportTab[]; readonly current: string }): ReactNode {
  return (
    <nav className="tabs report-tabs" aria-label="Parts of the report">
      {props.tabs.map(({ name, label, count }, place) => (
        <AddressLink
          key={name}
          changes={{ tab: place === 0 ? undefined : name, finding: undefined }}
          isCurrent={name === props.current}
        >
          {label}
          {count !== undefined && <span className="count">{count.toLocaleString('en')}</span>}
        </AddressLink>
      ))}
    </nav>
  );
}
