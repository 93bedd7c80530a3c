/**
 * The rules of Backstage's descriptor format for what an onboarded service may be called. They are the catalog's own
 * (`@gatehouse/catalog/model`), kept here again so that a service need not carry the catalog; a test holds the two together.
 */
const DNS_LABEL = /^[a-z0-9]+(?:-+[a-z0-9]+)*$/;
const OBJECT_NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const TAG = /^[a-z0-9:+#]+(?:-[a-z0-9:+#]+)*$/;

/** Length is checked first, so that no pattern meets a long text. */
function isShort(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && value.length >= 1 && value.length <= 63 && pattern.test(value);
}

/** Names of entities, and values of labels that are not empty. */
export function isEntityName(value: unknown): value is string {
  return isShort(value, OBJECT_NAME);
}

export function isNamespace(value: unknown): value is string {
  return isShort(value, DNS_LABEL);
}

export function isTag(value: unknown): value is string {
  return isShort(value, TAG);
}

export function isLabelValue(value: unknown): value is string {
  return value === '' || isEntityName(value);
}

/** Keys of labels and annotations: a name, or a DNS subdomain, a slash and a name. */
export function isPrefixedKey(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 320) return false;
  const slash = value.indexOf('/');
  if (slash === -1) return isEntityName(value);
  const prefix = value.slice(0, slash);
  return prefix.length <= 253 && prefix.split('.').every((label) => isShort(label, DNS_LABEL)) && isEntityName(value.slice(slash + 1));
}

/** `[<kind>:][<namespace>/]<name>` with no part empty. */
export function isEntityRef(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 200 || value.trim() !== value) return false;
  const slash = value.indexOf('/');
  let colon = value.indexOf(':');
  if (slash !== -1 && slash < colon) colon = -1;
  const kind = colon === -1 ? undefined : value.slice(0, colon);
  const namespace = slash === -1 ? undefined : value.slice(colon + 1, slash);
  return kind !== '' && namespace !== '' && value.slice(Math.max(colon, slash) + 1) !== '';
}

/** What can be linked to: `javascript:` and other schemes that run in a portal are no links. */
export function isLinkUrl(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 2048 || !URL.canParse(value)) return false;
  return ['http:', 'https:', 'mailto:'].includes(new URL(value).protocol);
}

export const NAME_RULE = 'a-z, A-Z and 0-9, separated by any of -_., at most 63 characters';
export const NAMESPACE_RULE = 'a-z and 0-9, separated by -, at most 63 characters';
export const TAG_RULE = 'a-z, 0-9, :, + and #, separated by -, at most 63 characters';
