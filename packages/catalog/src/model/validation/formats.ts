/** A format of the descriptor: its test, and what the error text says was expected. */
export interface Format {
  isValid(value: unknown): boolean;
  expected: string;
}

const DNS_LABEL = /^[a-z0-9]+(?:-+[a-z0-9]+)*$/;
const API_VERSION_SUFFIX = /^[a-z0-9A-Z]+$/;
const KIND = /^[a-zA-Z][a-z0-9A-Z]*$/;
const OBJECT_NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const TAG = /^[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*$/;

/** Length is checked before the pattern, so that no pattern ever meets a long text. */
function isShort(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && value.length >= 1 && value.length <= 63 && pattern.test(value);
}

/** RFC 1123 labels, in lower case. */
function isDnsSubdomain(value: string): boolean {
  return value.length >= 1 && value.length <= 253 && value.split('.').every((label) => isShort(label, DNS_LABEL));
}

function isPrefixed(value: unknown, suffix: RegExp): boolean {
  if (typeof value !== 'string') return false;
  const slash = value.indexOf('/');
  if (slash === -1) return isShort(value, suffix);
  // A second slash is in the suffix, which allows none.
  return isDnsSubdomain(value.slice(0, slash)) && isShort(value.slice(slash + 1), suffix);
}

const OBJECT_NAME_EXPECTED = 'a string that is sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total';
const PREFIXED_EXPECTED = 'a valid prefix and/or suffix';

export const API_VERSION_FORMAT: Format = { isValid: (value) => isPrefixed(value, API_VERSION_SUFFIX), expected: PREFIXED_EXPECTED };
export const KIND_FORMAT: Format = {
  isValid: (value) => isShort(value, KIND),
  expected: 'a string that is a sequence of [a-zA-Z][a-z0-9A-Z], at most 63 characters in total',
};
export const NAME_FORMAT: Format = { isValid: (value) => isShort(value, OBJECT_NAME), expected: OBJECT_NAME_EXPECTED };
export const NAMESPACE_FORMAT: Format = {
  isValid: (value) => isShort(value, DNS_LABEL),
  expected: 'a string that is sequences of [a-z0-9] separated by [-], at most 63 characters in total',
};
export const PREFIXED_KEY_FORMAT: Format = { isValid: (value) => isPrefixed(value, OBJECT_NAME), expected: PREFIXED_EXPECTED };
export const LABEL_VALUE_FORMAT: Format = {
  isValid: (value) => value === '' || isShort(value, OBJECT_NAME),
  expected: OBJECT_NAME_EXPECTED,
};
export const ANNOTATION_VALUE_FORMAT: Format = { isValid: (value) => typeof value === 'string', expected: 'a string' };
export const TAG_FORMAT: Format = {
  isValid: (value) => isShort(value, TAG),
  expected: 'a string that is sequences of [a-z0-9+#] separated by [-], at most 63 characters in total',
};
export const URL_FORMAT: Format = {
  isValid: (value) => typeof value === 'string' && URL.canParse(value),
  expected: 'a string that is a valid url',
};
export const TEXT_FORMAT: Format = { isValid: (value) => typeof value === 'string' && value.trim() !== '', expected: 'a non empty string' };
