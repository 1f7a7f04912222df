import type { Format } from './format.ts';
import { json } from './json.ts';
import { table } from './table.ts';

/** All formats of a report: one file and one line each. A run loads those that it writes. */
const formatLoaders: ReadonlyMap<string, () => Promise<Format>> = new Map([
  ['table', async () => table],
  ['json', async () => json],
  ['cyclonedx', async () => (await import('./cyclonedx.ts')).cycloneDx],
  ['cyclonedx-xml', async () => (await import('./cyclonedx-xml.ts')).cycloneDxXml],
  ['cyclonedx-1.5', async () => (await import('./cyclonedx.ts')).cycloneDx15],
  ['cyclonedx-1.6', async () => (await import('./cyclonedx.ts')).cycloneDx16],
  ['cyclonedx-1.7', async () => (await import('./cyclonedx.ts')).cycloneDx17],
  ['spdx', async () => (await import('./spdx.ts')).spdx],
  ['spdx-tv', async () => (await import('./spdx-tags.ts')).spdxTags],
  ['spdx-3', async () => (await import('./spdx-graph.ts')).spdx3],
  ['github', async () => (await import('./github.ts')).github],
  ['sarif', async () => (await import('./sarif.ts')).sarif],
  ['html', async () => (await import('./html.ts')).html],
  ['markdown', async () => (await import('./markdown.ts')).markdown],
  ['csv', async () => (await import('./csv.ts')).csv],
  ['notices', async () => (await import('./notices.ts')).notices],
  ['junit', async () => (await import('./junit.ts')).junit],
  ['gitlab', async () => (await import('./gitlab.ts')).gitlab],
  ['gitlab-codequality', async () => (await import('./gitlab-codequality.ts')).gitlabCodeQuality],
  ['openvex', async () => (await import('./openvex.ts')).openVex],
  ['cosign-vuln', async () => (await import('./cosign-vuln.ts')).cosignVuln],
  ['template', async () => (await import('./template.ts')).template],
  ['trivy-json', async () => (await import('./trivy-json.ts')).trivyJson],
  ['grype-json', async () => (await import('./grype-json.ts')).grypeJson],
]);

/**
 * @param ids absent: all
 * @returns formats in the order of `--help`; what is no format is left out
 */
export async function loadFormats(ids: readonly string[] = [...formatLoaders.keys()]): Promise<readonly Format[]> {
  const wanted = [...formatLoaders].filter(([id]) => ids.includes(id));
  return await Promise.all(wanted.map(([, load]) => load()));
}
