import { Select } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useMemo, useState } from 'react';
import { Markdown } from '../../ui/markdown.tsx';
import { SchemaFacts } from './schema-facts.tsx';
import { hasInside, type Property, type SchemaShape, type ShapeChoice, shapeOf } from './schema-shape.ts';
import classes from './schema-view.module.css';
import type { SchemaContext } from './schema-view.tsx';

interface InsideProps {
  shape: SchemaShape;
  context: SchemaContext;
  depth: number;
}

/** Rows beyond these are shown when somebody asks for them. */
const ROWS_SHOWN = 60;

/** The parts of a schema: properties, items, choices. */
export function SchemaInside({ shape, context, depth }: InsideProps) {
  const [all, setAll] = useState(false);
  const rows = useMemo(() => rowsOf(shape, context), [shape, context]);
  const shown = all ? rows : rows.slice(0, ROWS_SHOWN);
  return (
    <>
      {rows.length > 0 && (
        <ul className={classes.properties}>
          {shown.map(({ key, ...row }) => (
            <Row key={key} {...row} context={context} depth={depth} />
          ))}
        </ul>
      )}
      {shown.length < rows.length && (
        <button type="button" className={classes.more} onClick={() => setAll(true)}>
          Show {rows.length - shown.length} more properties
        </button>
      )}
      {shape.choices.map((choice, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the choices of a schema never change their order
        <Choice key={index} choice={choice} discriminator={shape.discriminator} context={context} depth={depth} />
      ))}
    </>
  );
}

interface RowData extends Property {
  key: string;
  /** It is no property, but what stands for items or for properties of any name. */
  plain: boolean;
}

function rowsOf({ properties, items, additional }: SchemaShape, { direction, document }: SchemaContext): RowData[] {
  const hidden = direction === 'request' ? 'readOnly' : 'writeOnly';
  const rows = properties
    .filter(({ schema }) => direction === undefined || document.fields(schema)[hidden] !== true)
    .map((property) => ({ ...property, key: `.${property.name}`, plain: false }));
  const parts = items.map(({ label, schema }) => ({ key: label, name: label, schema, required: false, plain: true }));
  const others =
    typeof additional === 'object'
      ? [
          {
            key: 'additional',
            name: properties.length > 0 ? 'Any other name' : 'Any name',
            schema: additional.schema,
            required: false,
            plain: true,
          },
        ]
      : [];
  return [...rows, ...parts, ...others];
}

interface RowProps {
  name: string;
  schema: unknown;
  required: boolean;
  plain: boolean;
  context: SchemaContext;
  depth: number;
}

function Row({ name, schema, required, plain, context, depth }: RowProps) {
  const shape = useMemo(() => shapeOf(context.document, schema), [context.document, schema]);
  // Items of a list and the one level below it are what the list is about.
  const [open, setOpen] = useState(plain && depth === 0);
  const inside = useId();
  const unfolds = hasInside(context.document, shape);
  const Icon = open ? IconChevronDown : IconChevronRight;
  return (
    <li className={classes.property}>
      <div className={classes.head}>
        <span className={plain ? classes.type : `${classes.name} ${shape.deprecated ? classes.deprecated : ''}`}>{name}</span>
        <span className={classes.type}>
          {shape.name !== undefined && shape.label !== shape.name ? `${shape.name}: ${shape.label}` : shape.label}
        </span>
        {required && <span className={classes.required}>required</span>}
        {shape.readOnly && <span className={classes.mark}>read only</span>}
        {shape.writeOnly && <span className={classes.mark}>write only</span>}
        {shape.deprecated && <span className={classes.mark}>deprecated</span>}
      </div>
      {shape.description !== undefined && (
        <div className={classes.description}>
          <Markdown text={shape.description} quiet />
        </div>
      )}
      <SchemaFacts shape={shape} />
      {unfolds && (
        <button type="button" className={classes.toggle} aria-expanded={open} aria-controls={inside} onClick={() => setOpen(!open)}>
          <Icon size={14} aria-hidden />
          {open ? 'Hide' : 'Show'} {insideOf(shape)}
          <span className="visually-hidden"> of {name}</span>
        </button>
      )}
      <div id={inside} className={classes.inside} hidden={!open || !unfolds}>
        {open && unfolds && <SchemaInside shape={shape} context={context} depth={depth + 1} />}
      </div>
    </li>
  );
}

function insideOf({ properties, items, choices }: SchemaShape): string {
  if (properties.length > 0) return properties.length === 1 ? '1 property' : `${properties.length} properties`;
  if (items.length > 0) return 'items';
  return choices.length > 0 ? 'choices' : 'values';
}

interface ChoiceProps {
  choice: ShapeChoice;
  discriminator: string | undefined;
  context: SchemaContext;
  depth: number;
}

function Choice({ choice, discriminator, context, depth }: ChoiceProps) {
  const [chosen, setChosen] = useState(0);
  const option = choice.options[chosen] ?? choice.options[0];
  const shape = useMemo(() => shapeOf(context.document, option?.schema), [context.document, option]);
  if (option === undefined) return null;
  return (
    <div className={classes.choice}>
      <Select
        size="xs"
        maw={320}
        label={`${choice.words} ${choice.options.length}`}
        data={choice.options.map(({ label }, index) => ({ value: String(index), label }))}
        value={String(chosen)}
        onChange={(value) => setChosen(Number(value ?? 0))}
        allowDeselect={false}
        searchable={choice.options.length > 8}
      />
      {discriminator !== undefined && option.when !== undefined && (
        <div className={classes.facts}>
          <span>
            when <code className={classes.code}>{discriminator}</code> is <code className={classes.code}>{option.when}</code>
          </span>
        </div>
      )}
      <div className={classes.inside}>
        <div className={classes.head}>
          <span className={classes.type}>{shape.label}</span>
        </div>
        {shape.description !== undefined && <Markdown text={shape.description} quiet />}
        <SchemaFacts shape={shape} />
        {hasInside(context.document, shape) && <SchemaInside shape={shape} context={context} depth={depth + 1} />}
      </div>
    </div>
  );
}
