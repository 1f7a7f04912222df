import { type ReactNode, useEffect, useRef } from 'react';

/** Name of the document: `Images · Drydock`. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Drydock' : `${title} · Drydock`;
  }, [title]);
}

let arrived = false;

/** The page that is shown was gone to, not opened: its heading has the focus, also when it is drawn later. */
export function noteArrival(): void {
  arrived = true;
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
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // What had the focus went with what stood here while the page was loading.
    if (arrived && document.activeElement === document.body) top.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <header className="page-head">
        <div className="stack close grow">
          <h1 ref={top} tabIndex={-1}>
            {heading ?? title}
          </h1>
          {lead !== undefined && <div className="soft">{lead}</div>}
        </div>
        {actions !== undefined && <div className="side no-print">{actions}</div>}
      </header>
      {children}
    </>
  );
}
