import type { ReactNode } from 'react';
import type { Report } from '../api/schema.ts';
import { useAddressState } from './address-state.ts';
import { CoverageTab } from './coverage/coverage-tab.tsx';
import { FindingsTab } from './findings/findings-tab.tsx';
import { HistoryTab } from './history/history-tab.tsx';
import { LayersTab } from './layers/layers-tab.tsx';
import { PackagesTab } from './packages/packages-tab.tsx';
import { PrintedReport } from './print/printed-report.tsx';
import { usePrinting } from './print/use-printed.ts';
import { ProblemList } from './problem-list.tsx';
import { ReportHead } from './report-head.tsx';
import { type ReportTab, ReportTabs } from './report-tabs.tsx';
import { RunTab } from './run/run-tab.tsx';
import { SourcesTab } from './sources-tab.tsx';
import './parts.css';
import './report.css';

export interface ReportViewProps {
  readonly report: Report;
  /** The address of the page of a vulnerability; absent: there are none. */
  readonly vulnerabilityLink?: (id: string) => string;
}

interface Part extends ReportTab {
  readonly draw: () => ReactNode;
}

/**
 * One report: problems first, what came out, and its parts, each with an address (`tab`). What is filtered, sorted and
 * selected is in the address, too: in the query string, or where an `AddressProvider` around it says.
 */
export function ReportView({ report, vulnerabilityLink }: ReportViewProps): ReactNode {
  const [tab] = useAddressState('tab');
  const parts = partsOf(report, vulnerabilityLink);
  const current = parts.find(({ name }) => name === tab) ?? parts[0]!;
  const isPrinting = usePrinting();
  return (
    <>
      <div className="report on-screen">
        <ProblemList report={report} />
        <ReportHead report={report} />
        <ReportTabs tabs={parts} current={current.name} />
        <div className={`report-part of-${current.name}`}>{current.draw()}</div>
      </div>
      {isPrinting && <PrintedReport report={report} />}
    </>
  );
}

function partsOf(report: Report, vulnerabilityLink: ReportViewProps['vulnerabilityLink']): readonly Part[] {
  const { findings, image, packages, observation } = report;
  const parts: (Part | false)[] = [
    {
      name: 'findings',
      label: 'Findings',
      count: findings.length,
      draw: () => <FindingsTab report={report} vulnerabilityLink={vulnerabilityLink} />,
    },
    { name: 'layers', label: 'Layers', count: image.layers.length, draw: () => <LayersTab report={report} /> },
    { name: 'packages', label: 'Packages', count: packages.length, draw: () => <PackagesTab report={report} /> },
    { name: 'history', label: 'History', count: image.history.length, draw: () => <HistoryTab report={report} /> },
    observation !== undefined && {
      name: 'run',
      label: 'Run',
      draw: () => <RunTab observation={observation} report={report} />,
    },
    { name: 'coverage', label: 'Coverage', draw: () => <CoverageTab report={report} /> },
    { name: 'sources', label: 'Sources', draw: () => <SourcesTab report={report} /> },
  ];
  return parts.filter((part) => part !== false);
}
