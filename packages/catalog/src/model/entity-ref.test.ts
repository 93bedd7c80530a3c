import * as backstage from '@backstage/catalog-model';
import { describe, expect, it } from 'vitest';
import { parseEntityRef, stringifyEntityRef } from './entity-ref.ts';
import { parseLocationRef, stringifyLocationRef } from './location-ref.ts';

/** The result of a call, or its error as text. */
function outcome(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return String(error);
  }
}

describe('references', () => {
  it("are read and written as Backstage's own package does, errors included", () => {
    const texts = [
      'a',
      'k:a',
      'n/a',
      'k:n/a',
      'K:N/A',
      'a/b:c',
      'k:',
      ':a',
      '/a',
      'k:/a',
      'n/',
      'k:n/',
      '',
      ':',
      '/',
      'a:b:c',
      'a/b/c',
      'k:n/a:b',
    ];
    for (const text of texts) {
      for (const context of [{}, { defaultKind: 'Group' }, { defaultKind: 'Group', defaultNamespace: 'own' }]) {
        const ours = outcome(() => parseEntityRef(text, context));
        expect([text, context, ours]).toEqual([text, context, outcome(() => backstage.parseEntityRef(text, context))]);
      }
    }
    // In the tr-TR locale an upper-case I would become a dotless ı, and the entity could not be found by another machine.
    expect(stringifyEntityRef({ kind: 'API', namespace: 'INTERNAL', name: 'PING' })).toBe('api:internal/ping');
  });

  it('to locations are split at the first colon, and never lead to a script', () => {
    const texts = ['url:https://a/b:c', 'file:/a', 'a', ':a', 'a:', 'https://a', ' url : b ', 'url:javascript:x', 'url: java\nscript:x'];
    for (const text of texts) {
      expect([text, outcome(() => parseLocationRef(text))]).toEqual([text, outcome(() => backstage.parseLocationRef(text))]);
    }
    expect(stringifyLocationRef({ type: 'url', target: 'https://a' })).toBe('url:https://a');
    expect(() => stringifyLocationRef({ type: 'url', target: 'javascript:x' })).toThrow('target is a javascript: URL');
  });
});
