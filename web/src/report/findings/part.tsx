import type { ReactNode } from 'react';

/** A part of the details of a finding, with its heading. */
export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="finding-part">
      <h3>{title}</h3>
      {children}
    </section>
  );
}
