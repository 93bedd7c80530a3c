import { expect, test } from 'vitest';
import { ServerError } from '../../server/server-error.ts';
import { affectedOf, countAffected, isSameAffected } from './affected.ts';

const refusal = (code: string, extras: Record<string, unknown>) => new ServerError({ status: 409, code, title: code, extras });

test('what the server wants confirmed is told with those that the user may not see', () => {
  const affected = affectedOf(refusal('confirmation.required', { affected: [{ api: 'a', revision: 2 }, 'nonsense'], hidden: 3 }));
  expect(affected).toEqual({ apis: [{ api: 'a', revision: 2 }], hidden: 3 });
  expect(affected && countAffected(affected)).toBe('4 published APIs');
  expect(affectedOf(refusal('version.stale', { affected: [] }))).toBeUndefined();
});

test('another revision, one more API or a hidden one is not what was confirmed', () => {
  const seen = {
    apis: [
      { api: 'a', revision: 1 },
      { api: 'b', revision: 4 },
    ],
    hidden: 0,
  };
  expect(
    isSameAffected(seen, {
      apis: [
        { api: 'b', revision: 4 },
        { api: 'a', revision: 1 },
      ],
      hidden: 0,
    }),
  ).toBe(true);
  expect(isSameAffected(seen, { ...seen, hidden: 1 })).toBe(false);
  expect(
    isSameAffected(seen, {
      apis: [
        { api: 'a', revision: 1 },
        { api: 'b', revision: 5 },
      ],
      hidden: 0,
    }),
  ).toBe(false);
  expect(isSameAffected(seen, { apis: seen.apis.slice(1), hidden: 0 })).toBe(false);
});
