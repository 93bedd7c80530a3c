import { SegmentedControl, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { CodeBlock } from '../../ui/code-block.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { type Direction, sampleOf } from '../schema/sample.ts';
import { SchemaView } from '../schema/schema-view.tsx';
import type { Content } from './content.ts';
import classes from './content-view.module.css';
import { toExampleText } from './example-text.ts';

interface ContentViewProps {
  document: ApiDocument;
  contents: readonly Content[];
  /** Undefined: it is shown as a whole, wherever it travels. */
  direction: Direction | undefined;
  /** Of what, for screen readers: "the request body". */
  what: string;
}

/** Bodies by media type: what they are made of, and an example. */
export function ContentView({ document, contents, direction, what }: ContentViewProps) {
  const [type, setType] = useState(0);
  const [view, setView] = useState('schema');
  const content = contents[type] ?? contents[0];
  if (content === undefined) return null;
  const hasSchema = content.schema !== undefined;
  return (
    <div>
      <div className={classes.bar}>
        {contents.length > 1 ? (
          <Select
            size="xs"
            aria-label={`Media type of ${what}`}
            data={contents.map(({ type }, index) => ({ value: String(index), label: type }))}
            value={String(type)}
            onChange={(value) => setType(Number(value ?? 0))}
            allowDeselect={false}
          />
        ) : (
          <span className={classes.type}>{content.type}</span>
        )}
        {hasSchema && (
          <SegmentedControl
            size="xs"
            aria-label={`How ${what} is shown`}
            data={[
              { value: 'schema', label: 'Schema' },
              { value: 'example', label: 'Example' },
            ]}
            value={view}
            onChange={setView}
          />
        )}
      </div>
      {hasSchema && view === 'schema' ? (
        <SchemaView key={type} document={document} schema={content.schema} direction={direction} />
      ) : (
        <ContentExample key={type} document={document} content={content} direction={direction} what={what} />
      )}
    </div>
  );
}

function ContentExample({ document, content, direction, what }: Omit<ContentViewProps, 'contents'> & { content: Content }) {
  const [chosen, setChosen] = useState(0);
  const { examples, schema, type } = content;
  const example = examples[chosen];
  const text = useMemo(
    () =>
      toExampleText(
        type,
        example === undefined ? (schema === undefined ? undefined : sampleOf(document, schema, direction ?? 'response')) : example.value,
      ),
    [document, schema, direction, type, example],
  );
  return (
    <>
      {examples.length > 1 && (
        <Select
          size="xs"
          mb={6}
          maw={320}
          aria-label={`Example of ${what}`}
          data={examples.map(({ name, summary }, index) => ({
            value: String(index),
            label: summary ?? (name === '' ? `Example ${index + 1}` : name),
          }))}
          value={String(chosen)}
          onChange={(value) => setChosen(Number(value ?? 0))}
          allowDeselect={false}
        />
      )}
      {text === '' ? (
        <p className={classes.quiet}>The document describes nothing more of it.</p>
      ) : (
        <CodeBlock text={text} what={`the example of ${what}`} />
      )}
      {text !== '' && example === undefined && <p className={classes.quiet}>Made from the schema: the document gives no example.</p>}
    </>
  );
}
