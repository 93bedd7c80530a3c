import { IconAlertTriangle, IconBan, IconCircleCheck, IconMinus } from '@tabler/icons-react';
import type { CallResult } from '../server/call-api.ts';
import { formatMs } from './format-size.ts';
import classes from './try-it.module.css';

type Entry = CallResult['trace'][number];

const OUTCOMES: Record<Entry['outcome'], { icon: typeof IconBan; words: string; tone: string | undefined; bar: string | undefined }> = {
  passed: { icon: IconCircleCheck, words: 'passed', tone: classes.good, bar: undefined },
  refused: { icon: IconBan, words: 'refused', tone: classes.warn, bar: classes.barRefused },
  failed: { icon: IconAlertTriangle, words: 'failed', tone: classes.bad, bar: classes.barFailed },
  skipped: { icon: IconMinus, words: 'left out', tone: classes.quiet, bar: undefined },
};

/** What each step of the gateway did with a request, one below the other as they came, with bars for their time. */
export function TraceView({ trace, ms }: { trace: readonly Entry[]; ms: number }) {
  const whole = Math.max(ms, 0.001);
  let passedMs = 0;
  const steps = trace.map((entry) => {
    // The last entry counts the whole way, not a step of its own.
    const isWhole = entry.step === 'response';
    const startMs = isWhole ? 0 : passedMs;
    if (!isWhole) passedMs += entry.ms;
    return { ...entry, startMs };
  });
  return (
    <ol className={classes.trace} aria-label="Steps of the gateway">
      {steps.map(({ step, outcome, ms, detail, startMs }, index) => {
        const { icon: Icon, words, tone, bar } = OUTCOMES[outcome];
        const start = Math.min(99, (startMs / whole) * 100);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is known by its position
          <li key={index} className={classes.step}>
            <div className={classes.stepHead}>
              <Icon size={15} className={tone} aria-hidden />
              <span className={classes.stepName}>{stepLabel(step)}</span>
              <span className="visually-hidden">{words}</span>
              <span className={`${classes.stepMs} tabular`}>{formatMs(ms)}</span>
            </div>
            <div className={classes.bar} aria-hidden>
              <span className={bar} style={{ insetInlineStart: `${start}%`, width: `${Math.min(100 - start, (ms / whole) * 100)}%` }} />
            </div>
            <div className={classes.quiet}>{detail}</div>
          </li>
        );
      })}
    </ol>
  );
}

/** `request:rate-limit` as people say it. */
function stepLabel(step: string): string {
  const [kind, name] = step.split(':', 2);
  if (name === undefined) return kind === 'response' ? 'Response' : step.charAt(0).toUpperCase() + step.slice(1);
  if (kind === 'integration') return `Integration ${name}`;
  return kind === 'response' ? `${name}, on the response` : name;
}
