import type { ComponentType } from 'react';
import { ComparePage } from './compare/compare-page.tsx';
import { FeedsPage } from './feeds/feeds-page.tsx';
import { ImagePage } from './image/image-page.tsx';
import { ImagesPage } from './images/images-page.tsx';
import { JobsPage } from './jobs/jobs-page.tsx';
import { NotificationsPage } from './notifications/notifications-page.tsx';
import { ObservationPage } from './observations/observation-page.tsx';
import { ObservationsPage } from './observations/observations-page.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import { SubmitPage } from './submit/submit-page.tsx';
import { VulnerabilitiesPage } from './vulnerabilities/vulnerabilities-page.tsx';
import { VulnerabilityPage } from './vulnerability/vulnerability-page.tsx';

/** A view and its address. */
export interface PageEntry {
  readonly path: string;
  /** It reads the parameters of its address by itself. */
  readonly Page: ComponentType;
}

/** Every page but the map, which is loaded when it is looked at. */
export const pages: readonly PageEntry[] = [
  { path: '/', Page: OverviewPage },
  { path: '/images', Page: ImagesPage },
  { path: '/images/:id', Page: ImagePage },
  { path: '/vulnerabilities', Page: VulnerabilitiesPage },
  { path: '/vulnerabilities/:id', Page: VulnerabilityPage },
  { path: '/compare', Page: ComparePage },
  { path: '/observations', Page: ObservationsPage },
  { path: '/observations/:id', Page: ObservationPage },
  { path: '/feeds', Page: FeedsPage },
  { path: '/notifications', Page: NotificationsPage },
  { path: '/jobs', Page: JobsPage },
  { path: '/settings', Page: SettingsPage },
  { path: '/submit', Page: SubmitPage },
];
