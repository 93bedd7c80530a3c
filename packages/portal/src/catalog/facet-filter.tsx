import { Checkbox, TextInput, UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import classes from './facet-filter.module.css';

export interface FacetOption {
  value: string;
  label: string;
  count: number;
}

interface FacetFilterProps {
  title: string;
  options: readonly FacetOption[];
  chosen: readonly string[];
  onChange(chosen: string[]): void;
}

const SHOWN = 6;
const SEARCHABLE = 12;

/** The values of one dimension with how many entities have each. What is chosen stays in sight, also when nothing has it any more. */
export function FacetFilter({ title, options, chosen, onChange }: FacetFilterProps) {
  const [all, setAll] = useState(false);
  const [words, setWords] = useState('');
  const missing = chosen
    .filter((value) => options.every((option) => option.value !== value))
    .map((value) => ({ value, label: value, count: 0 }));
  const sorted = [...missing, ...options].sort(
    (a, b) => Number(chosen.includes(b.value)) - Number(chosen.includes(a.value)) || b.count - a.count,
  );
  if (sorted.length === 0) return null;
  const matching = words === '' ? sorted : sorted.filter(({ label }) => label.toLowerCase().includes(words.toLowerCase()));
  const shown = all ? matching.slice(0, 200) : matching.slice(0, Math.max(SHOWN, chosen.length));
  const toggle = (value: string) => onChange(chosen.includes(value) ? chosen.filter((other) => other !== value) : [...chosen, value]);
  return (
    <fieldset className={classes.group}>
      <legend className={classes.title}>{title}</legend>
      {all && sorted.length > SEARCHABLE && (
        <TextInput
          size="xs"
          mb={6}
          value={words}
          onChange={({ currentTarget }) => setWords(currentTarget.value)}
          placeholder="Narrow"
          aria-label={`Narrow the list of ${title.toLowerCase()}`}
        />
      )}
      {shown.map(({ value, label, count }) => (
        <div key={value} className={classes.option}>
          <Checkbox
            size="xs"
            className={classes.label}
            checked={chosen.includes(value)}
            onChange={() => toggle(value)}
            label={<span title={label}>{label}</span>}
          />
          <span className={`${classes.count} tabular`}>{count.toLocaleString('en')}</span>
        </div>
      ))}
      {sorted.length > SHOWN && (
        <UnstyledButton fz="xs" c="var(--mantine-color-anchor)" mt={2} onClick={() => setAll(!all)} aria-expanded={all}>
          {all ? 'Fewer' : `All ${sorted.length}`}
        </UnstyledButton>
      )}
    </fieldset>
  );
}
