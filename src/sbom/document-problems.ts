import type { SbomDocument } from '../formats/bom/document.ts';
import { compareText } from '../model/order.ts';
import type { Problem } from '../model/problem.ts';

/** How many of a kind (package URLs that are none, releases) are named one by one; the rest is counted. */
const NAMED = 20;

/**
 * What is to be said of a report that was made from a document, and what is odd about the document.
 * @param claimed packages that the document takes out of judgement
 */
export function documentProblems(
  document: SbomDocument,
  reference: string,
  wrongPurls: readonly string[],
  claimed: number,
): readonly Problem[] {
  const { format, complete, faults } = document;
  const problems: Problem[] = [
    {
      code: 'sbom.source',
      message: `It was made from a bill of materials (${reference}, ${format}): no layer was read, and only what it lists was judged${claimed > 0 ? believed(claimed) : ''}`,
    },
  ];
  if (complete !== true) {
    const what = complete === false ? 'says that it does not list' : 'does not say whether it lists';
    problems.push({
      code: 'sbom.incomplete',
      message: `the bill of materials ${what} everything that is in the image`,
    });
  }
  for (const { kind, message } of faults) {
    problems.push(
      kind === 'version'
        ? { code: 'image.media-type', message: `The bill of materials is read as far as it is understood: ${message}` }
        : { code: 'sbom.component', message: `Not all of the bill of materials could be read: ${message}` },
    );
  }
  for (const text of wrongPurls.slice(0, NAMED)) {
    problems.push({
      code: 'sbom.component',
      message: `A package URL is none, so its package could not be judged: ${text.slice(0, 300)}`,
    });
  }
  if (wrongPurls.length > NAMED) {
    problems.push({ code: 'sbom.component', message: `${wrongPurls.length - NAMED} further package URLs are none` });
  }
  return problems;
}

/** @param unknown what package URLs call a release and is not understood, with the number of their packages */
export function releaseProblems(unknown: ReadonlyMap<string, number>): readonly Problem[] {
  const all = [...unknown].sort(([a], [b]) => compareText(a, b));
  const problems = all.slice(0, NAMED).map(([told, count]): Problem => {
    const whose = count === 1 ? 'A package URL names' : `${count} package URLs name`;
    const what = `${whose} a release of a distribution that is not known: ${told.slice(0, 100)}`;
    return { code: 'sbom.distribution', message: `${what}. Its advisories could not be asked, and no other's were` };
  });
  if (all.length <= NAMED) return problems;
  const message = `Package URLs name ${all.length - NAMED} further releases of distributions that are not known`;
  return [...problems, { code: 'sbom.distribution', message }];
}

function believed(claimed: number): string {
  return `. Of ${claimed} packages it says that they are only asked for, the application itself or owned by another, which nothing but its writer proves`;
}
