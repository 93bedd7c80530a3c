import { IconAlertTriangle, IconCircleX, IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import type { ServerProblem } from '../../server/server-error.ts';
import classes from './problem-list.module.css';

const ICONS = { error: IconCircleX, warning: IconAlertTriangle, hint: IconInfoCircle } as const;
const SHOWN = 50;

interface ProblemListProps {
  problems: readonly ServerProblem[];
  /** Brings a line into view. */
  onGoTo(line: number, column: number): void;
}

/** What is wrong with a document, worst first; each leads to its line. */
export function ProblemList({ problems, onGoTo }: ProblemListProps) {
  const [all, setAll] = useState(false);
  const order = ['error', 'warning', 'hint'];
  const sorted = [...problems].sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  return (
    <>
      <ul className={classes.list} aria-label="Problems">
        {shown.map(({ severity, message, place }, index) => {
          const Icon = ICONS[severity];
          const words = (
            <>
              <Icon size={15} className={classes[severity]} aria-hidden />
              <span className="visually-hidden">{severity}: </span>
              <span className={classes.message}>{message}</span>
              {place !== undefined && <span className={`${classes.place} tabular`}>line {place.line}</span>}
            </>
          );
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: the problems of one answer never change
            <li key={index}>
              {place === undefined ? (
                <div className={classes.problem}>{words}</div>
              ) : (
                <button type="button" className={classes.problem} onClick={() => onGoTo(place.line, place.column)}>
                  {words}
                </button>
              )}
            </li>
          );
        })}
      </ul>
      {sorted.length > shown.length && (
        <button type="button" className={classes.more} onClick={() => setAll(true)}>
          All {sorted.length} problems
        </button>
      )}
    </>
  );
}

/** `2 errors, 1 warning`; undefined when there are none. */
export function countProblems(problems: readonly Pick<ServerProblem, 'severity'>[]): string | undefined {
  const parts = (['error', 'warning', 'hint'] as const).flatMap((severity) => {
    const count = problems.filter((problem) => problem.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? undefined : parts.join(', ');
}
