import { z } from 'zod';

const DURATION_UNITS_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const SIZE_UNITS_BYTES: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Longest duration that a timer can hold (2^31 - 1 ms, about 24.8 days). */
const DURATION_MS_MAX = 2_147_483_647;

/** How long something is kept: up to ten years, for no timer waits for it. */
const RETENTION_MS_MAX = 3_650 * 86_400_000;

/** `format` in JSON Schemas, by which forms know what to offer. Not `duration`: that is ISO 8601's. */
export const DURATION_FORMAT = 'gatehouse-duration';
export const SIZE_FORMAT = 'gatehouse-size';

/**
 * A duration as people write it, `250ms`, `10s`, `1.5m`, `2h`, `1d`, read into whole milliseconds.
 * A bare number is refused because its unit would be a guess; `0` is allowed and means none.
 */
export const duration = createDuration(DURATION_MS_MAX, 'is longer than the 24 days that a timer can hold');

/** As `duration`, for how long something is kept: up to 3,650 days. */
export const retention = createDuration(RETENTION_MS_MAX, 'is longer than 3650d');

function createDuration(msMax: number, tooLong: string) {
  return z
    .union(
      [
        z
          .string()
          .regex(/^\d{1,9}(\.\d{1,3})?(ms|s|m|h|d)$/, 'must be a duration with its unit, such as 250ms, 10s or 2m')
          .meta({ format: DURATION_FORMAT, examples: ['250ms', '10s', '2m'] }),
        z.literal(0),
      ],
      {
        error: 'must be a duration with its unit, such as 250ms, 10s or 2m',
      },
    )
    .transform((text, context) => {
      if (text === 0) return 0;
      const unit = /[a-z]+$/.exec(text)?.[0] ?? 'ms';
      const ms = Math.round(Number.parseFloat(text) * (DURATION_UNITS_MS[unit] ?? 1));
      if (ms > msMax) {
        context.addIssue({ code: 'custom', message: tooLong });
        return z.NEVER;
      }
      return ms;
    })
    .meta({ description: 'A duration with its unit: 250ms, 10s, 2m, 1h. 0 means none.' });
}

/** A size as people write it, `16KiB`, `10MB`, or a whole number of bytes, read into bytes. */
export const size = z
  .union(
    [
      z
        .string()
        .regex(/^\d{1,12}(\.\d{1,3})?(B|KB|MB|GB|KiB|MiB|GiB)$/, 'must be a size such as 512, 16KiB or 10MB')
        .meta({ format: SIZE_FORMAT, examples: ['16KiB', '10MiB'] }),
      z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
    ],
    { error: 'must be a size such as 512, 16KiB or 10MB' },
  )
  .transform((value) => {
    if (typeof value === 'number') return value;
    const unit = /[A-Za-z]+$/.exec(value)?.[0] ?? 'B';
    return Math.round(Number.parseFloat(value) * (SIZE_UNITS_BYTES[unit] ?? 1));
  })
  .meta({ description: 'A size: whole bytes, or with a unit (B, KB, MB, GB by 1000; KiB, MiB, GiB by 1024).' });
