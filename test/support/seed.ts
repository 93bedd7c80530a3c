import { randomInt } from 'node:crypto';
import { createRandom, type Random } from '../fuzz/prng.ts';

/** In continuous integration a commit passes or does not, whenever it is asked; new seeds are for people's machines and the long runs. */
const CI_SEED = 20_261_121;

/** A source of randomness whose seed is printed, so that a failed run can be repeated with `GATEHOUSE_TEST_SEED`. */
export function seeded(what: string): Random {
  const given = process.env.GATEHOUSE_TEST_SEED;
  const seed = given !== undefined ? Number(given) : process.env.CI === 'true' ? CI_SEED : randomInt(2 ** 31);
  console.log(`${what}: GATEHOUSE_TEST_SEED=${seed}`);
  return createRandom(seed);
}
