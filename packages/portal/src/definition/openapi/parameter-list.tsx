import { useMemo } from 'react';
import { Markdown } from '../../ui/markdown.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { SchemaFacts } from '../schema/schema-facts.tsx';
import { SchemaInside } from '../schema/schema-inside.tsx';
import { hasInside, shapeOf } from '../schema/schema-shape.ts';
import classes from '../schema/schema-view.module.css';
import operationClasses from './operation-page.module.css';
import type { Parameter, ParameterPlace } from './parameter.ts';

const PLACES: readonly (readonly [ParameterPlace, string])[] = [
  ['path', 'In the path'],
  ['query', 'In the query'],
  ['header', 'Headers'],
  ['cookie', 'Cookies'],
];

/** The parameters of an operation by where they are. */
export function ParameterList({ document, parameters }: { document: ApiDocument; parameters: readonly Parameter[] }) {
  return PLACES.map(([place, label]) => {
    const listed = parameters.filter((parameter) => parameter.in === place);
    if (listed.length === 0) return null;
    return (
      <section key={place}>
        <h4 className={operationClasses.subtitle}>{label}</h4>
        <ul className={classes.properties}>
          {listed.map((parameter) => (
            <ParameterRow key={parameter.id} document={document} parameter={parameter} />
          ))}
        </ul>
      </section>
    );
  });
}

function ParameterRow({ document, parameter }: { document: ApiDocument; parameter: Parameter }) {
  const { name, description, required, deprecated, schema, contentType, examples } = parameter;
  const shape = useMemo(() => {
    const own = shapeOf(document, schema);
    const [example] = examples;
    // One example is enough, and the parameter's own is the better one.
    return example === undefined ? own : { ...own, example: { value: example.value } };
  }, [document, schema, examples]);
  const gone = deprecated || shape.deprecated;
  return (
    <li className={classes.property}>
      <div className={classes.head}>
        <span className={gone ? `${classes.name} ${classes.deprecated}` : classes.name}>{name}</span>
        <span className={classes.type}>{contentType === undefined ? shape.label : `${shape.label} as ${contentType}`}</span>
        {required && <span className={classes.required}>required</span>}
        {gone && <span className={classes.mark}>deprecated</span>}
      </div>
      {(description ?? shape.description) !== undefined && (
        <div className={classes.description}>
          <Markdown text={description ?? shape.description ?? ''} quiet />
        </div>
      )}
      <SchemaFacts shape={shape} />
      {hasInside(document, shape) && (
        <div className={classes.inside}>
          <SchemaInside shape={shape} context={{ document, direction: 'request' }} depth={1} />
        </div>
      )}
    </li>
  );
}
