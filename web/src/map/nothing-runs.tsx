import type { ReactNode } from 'react';
import { CodeBlock } from '../ui/copy.tsx';
import { Empty } from '../ui/states.tsx';
import type { MapReporter } from './shapes.ts';

/** There is nothing to draw: since nobody tells anything, or since nothing runs. */
export function NothingRuns({ reporters }: { readonly reporters: readonly MapReporter[] }): ReactNode {
  if (reporters.length === 0) {
    return (
      <Empty title="No host tells what runs on it">
        <p>Start a reporter on each host; its containers are here a second later. Its token has the scope “report”.</p>
        <CodeBlock
          label="How a reporter is started"
          text={`drydock map --report-to ${location.origin} --server-token-file FILE`}
        />
      </Empty>
    );
  }
  return (
    <Empty title="Nothing runs">
      <p>
        {reporters.length === 1 ? 'One host reports' : `${reporters.length} hosts report`}, and nothing that runs there
        fits what is shown. Start a container, or take filters away.
      </p>
    </Empty>
  );
}
