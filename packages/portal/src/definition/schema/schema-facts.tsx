import { useState } from 'react';
import type { SchemaShape } from './schema-shape.ts';
import classes from './schema-view.module.css';

const VALUES_SHOWN = 12;

/** What a schema demands of a value, and the values that the document names. */
export function SchemaFacts({ shape }: { shape: SchemaShape }) {
  const { constraints, pattern, preset, example, values, broken, additional } = shape;
  const fixed = values?.length === 1 ? values[0] : undefined;
  return (
    <>
      <div className={classes.facts}>
        {constraints.map((text) => (
          <span key={text}>{text}</span>
        ))}
        {pattern !== undefined && <Fact label="matches" value={pattern} />}
        {preset !== undefined && <Fact label="default" value={preset.value} />}
        {fixed !== undefined && <Fact label="always" value={fixed} />}
        {example !== undefined && fixed === undefined && <Fact label="example" value={example.value} />}
        {additional === 'none' && shape.properties.length > 0 && <span>no further properties</span>}
      </div>
      {values !== undefined && values.length > 1 && <Values values={values} />}
      {broken !== undefined && <div className={classes.mark}>{broken}</div>}
    </>
  );
}

function Fact({ label, value }: { label: string; value: unknown }) {
  return (
    <span>
      {label} <code className={classes.code}>{toShort(value)}</code>
    </span>
  );
}

function Values({ values }: { values: readonly unknown[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? values : values.slice(0, VALUES_SHOWN);
  return (
    <div className={classes.values}>
      <span className={classes.type}>one of</span>
      {shown.map((value, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a document may name a value twice
        <code key={index} className={classes.code}>
          {toShort(value)}
        </code>
      ))}
      {shown.length < values.length && (
        <button type="button" className={classes.more} onClick={() => setAll(true)}>
          and {values.length - shown.length} more
        </button>
      )}
    </div>
  );
}

const SHORT_MAX = 160;

/** A value on one line. */
export function toShort(value: unknown): string {
  const text = typeof value === 'string' ? (value === '' ? '""' : value) : (JSON.stringify(value) ?? '');
  return text.length > SHORT_MAX ? `${text.slice(0, SHORT_MAX)}…` : text;
}
