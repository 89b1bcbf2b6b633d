/**
 * What can be seen of a page without knowing what it is about: whether everybody can use it,
 * whether text has room, whether anything jumps.
 */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds wrong: the rule, and where. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`)); // prettier-ignore
  });
}

/**
 * Elements that have more in them than they have room for, and neither scroll nor say so with an
 * ellipsis.
 */
export function overflows(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const crowded = [...document.querySelectorAll<HTMLElement>('body *')].filter((element) => {
      const { overflowX, textOverflow } = getComputedStyle(element);
      if (element.matches(':has(> [role=menu])')) return false; // an open menu lies above what is around it
      if (element.closest('.hidden, svg, select, option') || element.clientWidth === 0) return false;
      if (element.scrollWidth <= element.clientWidth + 1) return false;
      return overflowX === 'visible' || (overflowX === 'hidden' && textOverflow !== 'ellipsis');
    });
    const names = crowded.map(
      ({ tagName, className, textContent }) => `${tagName}.${className}: ${textContent?.slice(0, 60)}`,
    );
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`the page is ${scrollWidth - clientWidth} pixels too wide`, ...names] : names;
  });
}

/**
 * From now on, whatever moves is remembered, but for what a click or a key has moved within half a
 * second.
 */
export async function watchShifts(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    const shifts: string[] = [];
    Object.assign(globalThis, { shifts });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: { node: Element | null }[];
      })[]) {
        const who = entry.sources.map(({ node }) => `${node?.nodeName}.${node?.className}`);
        if (!entry.hadRecentInput) shifts.push(`${entry.value.toFixed(4)} ${who.join(', ')}`);
      }
    }).observe({ type: 'layout-shift' });
  });
  return () => page.evaluate(() => (globalThis as unknown as { shifts: string[] }).shifts);
}
