const OWN = /^(?:__Host-|__Secure-)?gatehouse_/;

/**
 * Takes the cookies of Gatehouse out of fields that are passed on (a flat list name, value …), when cookies are passed on at all: a target
 * must not get the session of who calls it, nor put one of its own choice into their browser.
 */
export function withoutOwnCookies(list: readonly string[]): string[] {
  const kept: string[] = [];
  for (let i = 0; i < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    const lowerName = name.toLowerCase();
    if (lowerName === 'cookie') {
      const others = value.split(';').filter((pair) => !OWN.test(pair.trim()));
      if (others.length > 0) kept.push(name, others.join(';').trim());
    } else if (lowerName !== 'set-cookie' || !OWN.test(value.trim())) kept.push(name, value);
  }
  return kept;
}
