/** `000` to `999`. */
const PADDED: readonly string[] = Array.from({ length: 1000 }, (_, value) => String(value).padStart(3, '0'));

let isoSecond = -1;
let isoPrefix = '';

/** `2026-10-21T13:55:36.123Z` of a wall-clock time in milliseconds. All but the milliseconds is kept for a second. */
export function isoTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== isoSecond) {
    isoSecond = second;
    isoPrefix = new Date(second * 1000).toISOString().slice(0, 20);
  }
  return `${isoPrefix}${PADDED[Math.floor(epochMs) - second * 1000]}Z`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

let clfSecond = -1;
let clfText = '';

/** `21/Oct/2026:13:55:36 +0000`, the time of the Common Log Format, always in UTC as Amazon API Gateway's requestTime is. */
export function clfTime(epochMs: number): string {
  const second = Math.floor(epochMs / 1000);
  if (second !== clfSecond) {
    clfSecond = second;
    const iso = new Date(second * 1000).toISOString();
    clfText = `${iso.slice(8, 10)}/${MONTHS[Number(iso.slice(5, 7)) - 1]}/${iso.slice(0, 4)}:${iso.slice(11, 19)} +0000`;
  }
  return clfText;
}

/** Milliseconds with three decimals, `12.034`: integers are cheaper to print than a float's shortest form. */
export function millisecondsText(ms: number): string {
  const us = ms > 0 ? Math.round(ms * 1000) : 0;
  const whole = Math.floor(us / 1000);
  return `${whole}.${PADDED[us - whole * 1000]}`;
}
