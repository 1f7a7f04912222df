import { clairctl } from './clairctl.ts';
import { dockle } from './dockle.ts';
import type { ForeignTool } from './foreign.ts';
import { grype } from './grype.ts';
import { snyk } from './snyk.ts';
import { trivy } from './trivy.ts';

/** Programs whose command lines are understood. */
export const foreignTools: readonly ForeignTool[] = [trivy, grype, dockle, snyk, clairctl];
