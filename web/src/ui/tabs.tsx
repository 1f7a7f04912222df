import type { ReactNode } from 'react';
import { Link } from 'wouter';

export interface Tab {
  readonly name: string;
  readonly label: string;
  /** Beside the label: how many there are. */
  readonly count?: number | undefined;
  /** Where it stands: `?tab=layers` or a path. */
  readonly to: string;
}

/** Views of one thing, each with an address. They are links: tabs that are addresses are a navigation. */
export function Tabs({
  label,
  tabs,
  current,
}: {
  readonly label: string;
  readonly tabs: readonly Tab[];
  readonly current: string;
}): ReactNode {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map(({ name, label: text, count, to }) => (
        <Link key={name} href={to} {...(name === current && { 'aria-current': 'page' as const })}>
          {text}
          {count !== undefined && <span className="count">{count.toLocaleString('en')}</span>}
        </Link>
      ))}
    </nav>
  );
}
