import type { InPage, Part } from './in-page-calls.ts';

declare global {
  interface Window {
    gatehouseBench: InPage;
    gatehouseUseful: readonly Part[];
  }
}

window.gatehouseBench = observePage(window.gatehouseUseful);

/**
 * Runs in the page before anything of its own. A time ends with the frame after the one in which everything was there: then it is on
 * the screen. `useful`: what the visit is for. Its text, without its types, is what the browser gets: nothing of another file may be
 * used in it.
 */
function observePage(useful: readonly Part[]): InPage {
  const observed = { fcpMs: 0, lcpMs: 0 };
  const tasks: { start: number; duration: number }[] = [];
  const shifts: { at: number; value: number }[] = [];
  const observe = (type: string, take: (entry: PerformanceEntry) => void) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true });
  observe('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') observed.fcpMs = startTime;
  });
  observe('largest-contentful-paint', ({ startTime }) => {
    observed.lcpMs = startTime;
  });
  observe('longtask', ({ startTime, duration }) => tasks.push({ start: startTime, duration }));
  observe('layout-shift', (entry) => {
    const { value, hadRecentInput } = entry as PerformanceEntry & { value: number; hadRecentInput: boolean };
    if (!hadRecentInput) shifts.push({ at: entry.startTime, value });
  });

  const find = ({ selector, text = '', not }: Part): HTMLElement | undefined =>
    [...document.querySelectorAll<HTMLElement>(selector)].find((element) => {
      const content = element.textContent;
      return element.checkVisibility() && content.includes(text) && (not === undefined || !content.includes(not));
    });
  const known = (part: Part): HTMLElement => {
    const element = find(part);
    if (element === undefined) throw new Error(`There is no ${part.selector} ${part.text ?? ''} on ${location.pathname}`);
    return element;
  };
  const shown = (parts: readonly Part[], since: number) =>
    new Promise<number>((resolve) => {
      const look = () => {
        if (parts.every((part) => find(part) !== undefined)) requestAnimationFrame(() => resolve(performance.now() - since));
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
  const usefulAt = shown(useful, 0);

  return {
    useful: () => usefulAt,
    paints() {
      // The largest sum of shifts within five seconds, none more than a second after the one before: web.dev/cls.
      let cls = 0;
      let session = { first: 0, last: 0, sum: 0 };
      for (const { at, value } of shifts) {
        const goesOn = session.sum > 0 && at - session.last < 1_000 && at - session.first < 5_000;
        session = goesOn ? { ...session, last: at, sum: session.sum + value } : { first: at, last: at, sum: value };
        cls = Math.max(cls, session.sum);
      }
      const tbtMs = tasks.reduce((sum, { start, duration }) => {
        const from = Math.max(start, observed.fcpMs);
        return sum + Math.max(0, start + duration - from - 50);
      }, 0);
      return { ...observed, tbtMs, cls };
    },
    transfer() {
      const entries = ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type)) as PerformanceResourceTiming[];
      const sum = (ending: string) =>
        entries.filter(({ name }) => new URL(name).pathname.endsWith(ending)).reduce((bytes, { transferSize }) => bytes + transferSize, 0);
      const [scriptBytes, styleBytes, fontBytes] = [sum('.js'), sum('.css'), sum('.woff2')];
      const otherBytes = sum('') - scriptBytes - styleBytes - fontBytes;
      return { scriptBytes, styleBytes, fontBytes, otherBytes, requests: entries.length };
    },
    click(target, parts) {
      const element = known(target);
      const start = performance.now();
      element.click();
      return shown(parts, start);
    },
    type(selector, text, parts) {
      const field = known({ selector }) as HTMLInputElement;
      const start = performance.now();
      // React keeps the value that it has set; only the prototype's own setter is noticed by it.
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, text);
      field.dispatchEvent(new Event('input', { bubbles: true }));
      return shown(parts, start);
    },
    scroll(selector, share, parts) {
      const element = known({ selector });
      const start = performance.now();
      element.scrollTop = share * (element.scrollHeight - element.clientHeight);
      return shown(parts, start);
    },
  };
}
