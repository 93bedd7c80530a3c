/** Where a figure has the score 0.9 and where it has 0.5. */
interface Curve {
  p10: number;
  median: number;
}

export interface PaintFigures {
  /** First and largest contentful paint in ms. */
  fcpMs: number;
  lcpMs: number;
  /** What long tasks take above 50 ms each, in ms. */
  tbtMs: number;
  /** Cumulative layout shift. */
  cls: number;
}

type Curves = Record<keyof PaintFigures, Curve>;

/** Lighthouse's curves for both of its presets (core/config/default-config and the scoring options of its audits, version 13). */
const CURVES: Record<'desktop' | 'mobile', Curves> = {
  desktop: {
    fcpMs: { p10: 934, median: 1_600 },
    lcpMs: { p10: 1_200, median: 2_400 },
    tbtMs: { p10: 150, median: 350 },
    cls: { p10: 0.1, median: 0.25 },
  },
  mobile: {
    fcpMs: { p10: 1_800, median: 3_000 },
    lcpMs: { p10: 2_500, median: 4_000 },
    tbtMs: { p10: 200, median: 600 },
    cls: { p10: 0.1, median: 0.25 },
  },
};

/** Lighthouse's weights without its speed index, which needs pictures of the page as it comes. */
const WEIGHTS: Record<keyof PaintFigures, number> = { fcpMs: 10, lcpMs: 25, tbtMs: 30, cls: 25 };

/** What Lighthouse would make of these figures, from 0 to 100. */
export function performanceScore(figures: PaintFigures, preset: 'desktop' | 'mobile'): number {
  let sum = 0;
  let weights = 0;
  for (const name of Object.keys(WEIGHTS) as (keyof PaintFigures)[]) {
    sum += WEIGHTS[name] * scoreOf(figures[name], CURVES[preset][name]);
    weights += WEIGHTS[name];
  }
  return (100 * sum) / weights;
}

/** The complement of a log-normal distribution's share below `value`, which is 0.9 at `p10` and 0.5 at `median`. */
export function scoreOf(value: number, { p10, median }: Curve): number {
  if (value <= 0) return 1;
  const atP10 = 0.9061938024368232;
  const standardized = (atP10 * Math.log(value / median)) / Math.log(median / p10);
  return (1 - erf(standardized)) / 2;
}

/** Abramowitz and Stegun 7.1.26; its error is below 1.5e-7. */
function erf(x: number): number {
  const t = 1 / (1 + 0.3275911 * Math.abs(x));
  const polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.sign(x) * (1 - polynomial * Math.exp(-x * x));
}
