import { Markdown } from '../../ui/markdown.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import type { Direction } from './sample.ts';
import { SchemaFacts } from './schema-facts.tsx';
import { SchemaInside } from './schema-inside.tsx';
import { hasInside, shapeOf } from './schema-shape.ts';
import classes from './schema-view.module.css';

export interface SchemaContext {
  document: ApiDocument;
  /** What is read only or write only is left out where it does not travel. Undefined: all is shown. */
  direction: Direction | undefined;
}

/** A schema as people read it: its properties unfold when somebody wants to see them, so circles and large ones cost nothing. */
export function SchemaView({ schema, ...context }: SchemaContext & { schema: unknown }) {
  const shape = shapeOf(context.document, schema);
  const plainObject = shape.properties.length > 0 && shape.name === undefined && shape.label === 'object';
  return (
    <div>
      {!plainObject && (
        <div className={classes.head}>
          {shape.name !== undefined && <span className={classes.name}>{shape.name}</span>}
          <span className={classes.type}>{shape.label}</span>
        </div>
      )}
      {shape.description !== undefined && (
        <div className={classes.description}>
          <Markdown text={shape.description} quiet />
        </div>
      )}
      <SchemaFacts shape={shape} />
      {hasInside(context.document, shape) && <SchemaInside shape={shape} context={context} depth={0} />}
    </div>
  );
}
