import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

/**
 * What axe finds on a page as it is now, in words; colours are those of the theme that the page has.
 * @param place selector of the part that is looked at; absent: all of it
 */
export async function axeFinds(page: Page, place?: string): Promise<readonly string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  const { violations } = await (place === undefined ? axe : axe.include(place)).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(', ')}`);
}
