import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import { Markdown } from '../../ui/markdown.tsx';
import type { ApiDocument } from '../document/api-document.ts';
import { SchemaFacts } from '../schema/schema-facts.tsx';
import { shapeOf } from '../schema/schema-shape.ts';
import schemaClasses from '../schema/schema-view.module.css';
import { ContentView } from './content-view.tsx';
import type { ResponseCase, ResponseHeader } from './operation.ts';
import classes from './operation-page.module.css';

/** What an operation answers, by status; the first success is unfolded. */
export function ResponseList({ document, responses }: { document: ApiDocument; responses: readonly ResponseCase[] }) {
  const first = responses.find(({ status }) => status.startsWith('2')) ?? responses[0];
  return responses.map((response) => (
    <Response key={response.status} document={document} response={response} openAtFirst={response === first} />
  ));
}

function Response({ document, response, openAtFirst }: { document: ApiDocument; response: ResponseCase; openAtFirst: boolean }) {
  const { status, description, headers, contents } = response;
  const [open, setOpen] = useState(openAtFirst);
  const inside = useId();
  const unfolds = headers.length > 0 || contents.length > 0;
  const text = description ?? (status === 'default' ? 'Everything else' : '');
  const Icon = open ? IconChevronDown : IconChevronRight;
  if (!unfolds) {
    return (
      <div className={classes.response}>
        <div className={classes.responseHead} style={{ cursor: 'default', paddingInlineStart: 24 }}>
          <span className={`${classes.status} ${toneOf(status)}`}>{status}</span>
          <div className={classes.responseText}>
            <Markdown text={text} />
          </div>
        </div>
      </div>
    );
  }
  return (
    <div className={classes.response}>
      <button type="button" className={classes.responseHead} aria-expanded={open} aria-controls={inside} onClick={() => setOpen(!open)}>
        <Icon size={15} aria-hidden />
        <span className={`${classes.status} ${toneOf(status)}`}>{status}</span>
        <span className={classes.responseText}>{toLine(text)}</span>
      </button>
      <div id={inside} className={classes.responseBody} hidden={!open}>
        {open && (
          <>
            {toLine(text) !== text.trim() && <Markdown text={text} quiet />}
            {headers.length > 0 && <Headers document={document} headers={headers} />}
            <ContentView document={document} contents={contents} direction="response" what={`the response ${status}`} />
          </>
        )}
      </div>
    </div>
  );
}

function Headers({ document, headers }: { document: ApiDocument; headers: readonly ResponseHeader[] }) {
  return (
    <>
      <h4 className={classes.subtitle}>Headers</h4>
      <ul className={schemaClasses.properties}>
        {headers.map(({ name, description, schema }) => {
          const shape = shapeOf(document, schema);
          return (
            <li key={name} className={schemaClasses.property}>
              <div className={schemaClasses.head}>
                <span className={schemaClasses.name}>{name}</span>
                <span className={schemaClasses.type}>{shape.label}</span>
              </div>
              {description !== undefined && (
                <div className={schemaClasses.description}>
                  <Markdown text={description} quiet />
                </div>
              )}
              <SchemaFacts shape={shape} />
            </li>
          );
        })}
      </ul>
    </>
  );
}

export function toneOf(status: string): string {
  const tones: Record<string, string | undefined> = { '2': classes.good, '3': classes.good, '4': classes.warn, '5': classes.bad };
  return tones[status.charAt(0)] ?? '';
}

/** The first line of a description, its marks taken away: it stands within a button. */
function toLine(text: string): string {
  const [line = ''] = text.trim().split('\n', 1);
  return line.length > 300
    ? `${line.slice(0, 300)}…`
    : line.replaceAll(/[*_`]{1,3}/g, '').replaceAll(/\[([^\][]{1,200})\]\([^()]{1,500}\)/g, '$1');
}
