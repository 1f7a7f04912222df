import type { ReactNode } from 'react';
import { useAnswer } from '../../api/use-answer.ts';
import { ReportView } from '../../report/report-view.tsx';
import { Failed, Skeleton } from '../../ui/states.tsx';
import { addressOfVulnerability } from '../image-words.tsx';

/** The report of an image, with what is known of vulnerabilities now. */
export function ImageReport({ id }: { readonly id: string }): ReactNode {
  const report = useAnswer('GET /api/images/{id}/report', { path: { id } });
  if (report.data === undefined) {
    return report.error === undefined ? (
      <Skeleton lines={12} />
    ) : (
      <Failed what="The report" error={report.error} onRetry={report.again} />
    );
  }
  return <ReportView report={report.data} vulnerabilityLink={addressOfVulnerability} />;
}
