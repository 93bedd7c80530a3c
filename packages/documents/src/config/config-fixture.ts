import { relative } from 'node:path';
import { createConfigSchema, formatProblem } from '@gatehouse/contract';
import { z } from 'zod';
import { createPolicyEntrySchema } from './policy-entry.ts';
import { type ReadConfig, readConfig } from './read-config.ts';

/** As a careless policy might have it: the message shows the value. */
const origin = z.string().refine((text) => !text.includes(' '), { error: (issue) => `must not hold blanks, as "${issue.input}" does` });

const cors = z.strictObject({
  allowOrigins: z.array(origin),
  maxAge: z.union([z.strictObject({ seconds: z.number() }), z.boolean()]).optional(),
});
const rateLimit = z.strictObject({ limit: z.number().int().min(1), window: z.string() });

/** Two policies that stand for the gateway's. */
export const fixturePolicy = createPolicyEntrySchema([
  { name: 'cors', summary: 'Cross-origin requests.', config: cors },
  { name: 'rate-limit', summary: 'Requests in a time.', config: rateLimit },
]);

/** The configuration's schema with these policies. */
export const fixtureSchema = createConfigSchema({ policy: fixturePolicy });

/** Reads a configuration from texts, by their names; those that begin with `layer` (or `gatehouse.yaml`) are the layers, in order. */
export async function readTexts(
  texts: Record<string, string>,
  env: Record<string, string> = {},
): Promise<ReadConfig & { lines: string[] }> {
  const layers = Object.keys(texts).filter((name) => name === 'gatehouse.yaml' || name.startsWith('layer'));
  const read = await readConfig(layers, fixtureSchema, {
    env,
    files: {
      async read(absolute) {
        const text = texts[relative(process.cwd(), absolute)];
        if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
        return text;
      },
    },
  });
  return { ...read, lines: read.problems.map(formatProblem) };
}
