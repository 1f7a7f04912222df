import type { Report } from '../model/report.ts';
import { nameAtPlace } from '../store/uploaded-archive.ts';

/** The images that one source holds. */
export interface SeveralImages {
  readonly count: number;
  /** What the one at a place is listed as; the first has the place 1. */
  nameOf(place: number): string;
}

/** The report of one of them, which says so: whoever follows what was submitted learns of the first alone. */
export function oneOfSeveral(report: Report, place: number, { count, nameOf }: SeveralImages): Report {
  if (count === 1) return report;
  const { image, problems } = report;
  const isNamed = nameOf(1) !== nameOf(2);
  const names = isNamed ? `they are listed as ${nameOf(1)} to ${nameOf(count)}` : `all are listed as ${nameOf(1)}`;
  const message = `What was submitted holds ${count} images. This is number ${place}; ${names}.`;
  return {
    ...report,
    image: { ...image, reference: isNamed ? nameAtPlace(image.reference, place) : image.reference },
    problems: [...problems, { code: 'image.one-of-several', message }],
  };
}
