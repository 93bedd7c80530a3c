import type { Problem } from '@gatehouse/contract';
import type { Kysely } from 'kysely';
import type { Caller } from '../access/caller.ts';
import { Refusal } from '../operation/refusal.ts';
import type { ControlTables } from '../schema/tables.ts';

/**
 * What is live is compiled as a whole, so what is wrong with it may be about APIs of others: who does not see everything is told of
 * their own, and of the rest how many problems there are.
 */
export async function withoutOthers(db: Kysely<ControlTables>, caller: Caller, refusal: Refusal): Promise<Refusal> {
  const { problems } = refusal.extras;
  if (caller.seesAll || problems === undefined) return refusal;
  const rows =
    caller.teams.length === 0
      ? []
      : await db
          .selectFrom('apis')
          .select('name')
          .where('owner', 'in', [...caller.teams])
          .execute();
  const own = new Set(rows.map(({ name }) => name));
  const told = problems.filter((problem) => own.has(apiOf(problem) ?? ''));
  const hidden =
    problems.filter(({ severity }) => severity === 'error').length - told.filter(({ severity }) => severity === 'error').length;
  if (hidden === 0) return new Refusal(refusal.code, refusal.detail, { problems: told });
  const first = told.find(({ severity }) => severity === 'error');
  const others = `${hidden} problem${hidden === 1 ? '' : 's'} with what is live of others, of which admins are told more`;
  return new Refusal(
    refusal.code,
    first === undefined ? `There ${hidden === 1 ? 'is' : 'are'} ${others}` : `${first.message} (and ${others})`,
    {
      problems: told,
      hidden,
    },
  );
}

/** The one API that a problem of the compiler is about: `petstore, test, GET /pets: …` or `… (in petstore/test)`. */
function apiOf({ message }: Problem): string | undefined {
  const end = /\(in ([A-Za-z0-9._-]{1,128})\/[A-Za-z0-9._-]{1,128}\)$/.exec(message);
  return end?.[1] ?? /^([A-Za-z0-9._-]{1,128}), [A-Za-z0-9._-]{1,128}, [A-Z]{1,32} \//.exec(message)?.[1];
}
