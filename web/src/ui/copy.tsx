import { type ReactNode, useEffect, useState } from 'react';
import { IconButton } from './button.tsx';

/** Copies a text as it is, whatever is shown of it. */
export function Copy({ text, label = 'Copy' }: { readonly text: string; readonly label?: string }): ReactNode {
  const [outcome, setOutcome] = useState<'copied' | 'refused'>();
  useEffect(() => {
    if (outcome === undefined) return;
    const timer = setTimeout(() => setOutcome(undefined), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const copy = (): void => {
    // Absent where the page came over plain HTTP from another machine.
    const written = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'));
    written.then(
      () => setOutcome('copied'),
      () => setOutcome('refused'),
    );
  };
  return (
    <span className="side close no-print">
      <IconButton
        small
        label={outcome === 'copied' ? 'Copied' : label}
        icon={outcome === 'copied' ? 'check' : 'copy'}
        onClick={copy}
      />
      <span role="status" className={outcome === 'refused' ? 'soft' : 'unseen'}>
        {outcome === 'copied' ? 'Copied' : outcome === 'refused' ? 'The browser does not let this page copy.' : ''}
      </span>
    </span>
  );
}

/** Lines to be taken elsewhere. */
export function CodeBlock({ text, label }: { readonly text: string; readonly label?: string }): ReactNode {
  return (
    <div className="with-copy">
      <section className="grow" aria-label={label ?? 'Commands'}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard */}
        <pre className="code-block" tabIndex={0}>
          {text}
        </pre>
      </section>
      <Copy text={text} />
    </div>
  );
}
