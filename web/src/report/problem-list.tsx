import { type ReactNode, useContext, useState } from 'react';
import type { Problem, Report } from '../api/schema.ts';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icon.tsx';
import { ImageText } from '../ui/image-text.tsx';
import { IsPrinted, MOST_PRINTED } from './print/use-printed.ts';
import { adviceOn, makesIncomplete, meaningOf } from './problem-advice.ts';

/** Problems that are told at once; the rest on request. A few of each code, so that a crowd of one does not hide others. */
const TOLD = 6;
const SAME = 2;

/** What was not read or judged: before everything else, and said loudly where findings may be missing. */
export function ProblemList({ report }: { readonly report: Report }): ReactNode {
  const isPrinted = useContext(IsPrinted);
  const incomplete = report.problems.filter(makesIncomplete);
  const notes = report.problems.filter((problem) => !makesIncomplete(problem));
  return (
    <>
      {(incomplete.length > 0 || !report.coverage.complete) && (
        <section className="problems incomplete" aria-label="Incomplete">
          <h2>
            <Icon name="warning" />
            {incomplete.length === 0
              ? 'Incomplete: not everything was read or judged'
              : `Incomplete: ${incomplete.length.toLocaleString('en')} ${incomplete.length === 1 ? 'thing' : 'things'} could not be read or judged`}
          </h2>
          <p>Findings may be missing. Nothing found does not mean nothing wrong.</p>
          <Listed problems={incomplete} />
        </section>
      )}
      {notes.length > 0 && (
        <details className="problems notes" open={isPrinted}>
          <summary>
            {notes.length.toLocaleString('en')} {notes.length === 1 ? 'note' : 'notes'} on what was read
          </summary>
          <Listed problems={notes} />
        </details>
      )}
    </>
  );
}

function Listed({ problems }: { readonly problems: readonly Problem[] }): ReactNode {
  const [showsAll, setShowsAll] = useState(false);
  const isPrinted = useContext(IsPrinted);
  // There may be as many as a hostile image has files: the list is drawn whole up to a bound.
  const shown = (showsAll || isPrinted ? problems : fewOf(problems)).slice(0, MOST_PRINTED);
  const left = problems.length - shown.length;
  return (
    <>
      <ul className="problem-list">
        {shown.map((problem, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes, and a problem may come twice
          <OneProblem key={place} problem={problem} />
        ))}
      </ul>
      {left > 0 && (showsAll || isPrinted) && <p>and {left.toLocaleString('en')} more, all in the JSON report</p>}
      {left > 0 && !showsAll && !isPrinted && (
        <Button small onClick={() => setShowsAll(true)}>
          Show all {problems.length.toLocaleString('en')}
        </Button>
      )}
    </>
  );
}

function OneProblem({ problem }: { readonly problem: Problem }): ReactNode {
  const { code, message, layer, path, analyzer } = problem;
  const advice = adviceOn(problem);
  return (
    <li>
      <p>
        <ImageText text={message} />
      </p>
      {advice !== undefined && <p className="advice">→ {advice}</p>}
      <p className="problem-place soft">
        <code title={meaningOf(problem)}>{code}</code>
        {layer !== undefined && <span>layer {layer}</span>}
        {path !== undefined && <ImageText mono text={path} />}
        {analyzer !== undefined && (
          <span>
            analyzer <ImageText text={analyzer} />
          </span>
        )}
      </p>
    </li>
  );
}

function fewOf(problems: readonly Problem[]): readonly Problem[] {
  const counts = new Map<string, number>();
  return problems
    .filter(({ code }) => {
      const count = (counts.get(code) ?? 0) + 1;
      counts.set(code, count);
      return count <= SAME;
    })
    .slice(0, TOLD);
}
