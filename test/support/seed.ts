import { randomInt } from 'node:crypto';
import { createRandom, type Random } from '../fuzz/prng.ts';

/** A source of randomness whose seed is printed, so that a failed run can be repeated with `GATEHOUSE_TEST_SEED`. */
export function seeded(what: string): Random {
  const given = process.env.GATEHOUSE_TEST_SEED;
  const seed = given === undefined ? randomInt(2 ** 31) : Number(given);
  console.log(`${what}: GATEHOUSE_TEST_SEED=${seed}`);
  return createRandom(seed);
}
