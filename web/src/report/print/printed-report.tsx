import type { ReactNode } from 'react';
import type { Report } from '../../api/schema.ts';
import { ImageText } from '../../ui/image-text.tsx';
import { CoverageTab } from '../coverage/coverage-tab.tsx';
import { HistoryTab } from '../history/history-tab.tsx';
import { LayersTab } from '../layers/layers-tab.tsx';
import { MoreRows } from '../more-rows.tsx';
import { ProblemList } from '../problem-list.tsx';
import { ReportHead } from '../report-head.tsx';
import { RunTab } from '../run/run-tab.tsx';
import { SourcesTab } from '../sources-tab.tsx';
import { PrintedFindings } from './printed-findings.tsx';
import { IsPrinted } from './use-printed.ts';

/** The whole report for paper: all parts one below the other. */
export function PrintedReport({ report }: { readonly report: Report }): ReactNode {
  const { observation, packages } = report;
  return (
    <IsPrinted.Provider value={true}>
      <div className="report printed">
        <ProblemList report={report} />
        <ReportHead report={report} />
        <PrintedFindings report={report} />
        <section>
          <h2>Layers</h2>
          <LayersTab report={report} />
        </section>
        <section>
          <h2>Packages</h2>
          <MoreRows
            label="Packages"
            head={['Name', 'Version', 'Type', 'Licences', 'Layer']}
            rows={packages}
            empty="There are none."
            cells={({ name, version, type, licences, layer }) => [
              <ImageText key="name" text={name.slice(0, 200)} />,
              <ImageText key="version" text={version.slice(0, 200)} />,
              <ImageText key="type" text={type} />,
              <ImageText key="licences" text={licences.join(', ').slice(0, 200)} />,
              layer.index,
            ]}
          />
        </section>
        <section>
          <h2>History</h2>
          <HistoryTab report={report} />
        </section>
        {observation !== undefined && (
          <section>
            <h2>Run</h2>
            <RunTab observation={observation} report={report} />
          </section>
        )}
        <section>
          <h2>Coverage</h2>
          <CoverageTab report={report} />
        </section>
        <section>
          <h2>Sources</h2>
          <SourcesTab report={report} />
        </section>
      </div>
    </IsPrinted.Provider>
  );
}
