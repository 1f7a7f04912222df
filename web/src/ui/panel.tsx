import { type ReactNode, useId } from 'react';

/** A group with its heading. */
export function Panel({
  title,
  aside,
  children,
  footer,
  flush = false,
  level = 2,
}: {
  readonly title: string;
  /** At the end of the line of the heading. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
  readonly footer?: ReactNode;
  /** Without room around: lists and tables. */
  readonly flush?: boolean;
  readonly level?: 2 | 3;
}): ReactNode {
  const id = useId();
  const Heading = `h${level}` as const;
  return (
    <section className="panel" aria-labelledby={id}>
      <header>
        <Heading id={id}>{title}</Heading>
        {aside}
      </header>
      <div className={flush ? 'body flush' : 'body'}>{children}</div>
      {footer !== undefined && <footer>{footer}</footer>}
    </section>
  );
}
