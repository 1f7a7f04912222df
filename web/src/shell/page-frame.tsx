import { type ReactNode, useEffect } from 'react';

/** Name of the document: `Images · Drydock`. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Drydock' : `${title} · Drydock`;
  }, [title]);
}

/** A page: its heading, what can be done on it, and what it shows. */
export function PageFrame({
  title,
  heading,
  lead,
  actions,
  children,
}: {
  /** Without markup: the document is called so, too. */
  readonly title: string;
  /** What the heading shows, where that is more than the title. */
  readonly heading?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode {
  useTitle(title);
  return (
    <>
      <header className="page-head">
        <div className="stack close grow">
          <h1 tabIndex={-1}>{heading ?? title}</h1>
          {lead !== undefined && <div className="soft">{lead}</div>}
        </div>
        {actions !== undefined && <div className="side no-print">{actions}</div>}
      </header>
      {children}
    </>
  );
}
