import { isObject } from '../openapi/definition-document.ts';

const TEXT_MAX = 120;
const ITEMS_MAX = 10;
const ITEMS_KEPT_MAX = 50;

/** A value in a sentence: bounded, on one line. */
export function showValue(value: unknown): string {
  if (value === undefined) return 'none';
  if (Array.isArray(value)) {
    if (value.length === 0) return 'none';
    const shown = value.slice(0, ITEMS_MAX).map((item) => (Array.isArray(item) ? 'a list' : showValue(item)));
    return cut(shown.join(', ')) + (value.length > ITEMS_MAX ? ` and ${value.length - ITEMS_MAX} more` : '');
  }
  if (isObject(value)) return 'an object';
  return typeof value === 'string' ? JSON.stringify(cut(value)) : String(value);
}

/** A value as a change carries it: objects are named only, long lists and texts are cut. */
export function boundedValue(value: unknown): unknown {
  if (typeof value === 'string') return cut(value);
  if (Array.isArray(value)) return value.slice(0, ITEMS_KEPT_MAX).map((item) => (Array.isArray(item) ? 'a list' : boundedValue(item)));
  return isObject(value) ? 'an object' : value;
}

/** Shortened without splitting a character. */
export function cut(text: string, max = TEXT_MAX): string {
  return text.length > max ? `${text.slice(0, max - 1).toWellFormed()}…` : text;
}
