import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { CopyButton } from '../../ui/copy-button.tsx';
import { LazyCodeEditor } from '../editor/lazy-code-editor.tsx';
import { bodyKindOf } from '../openapi/body-kind.ts';
import { indentJson } from './indent-json.ts';
import classes from './try-it.module.css';

interface ResponseBodyProps {
  body: string;
  bodyEncoding: 'utf8' | 'base64';
  truncated: boolean;
  contentType: string;
  label: string;
}

/** Pictures that browsers show and that run nothing. */
const PICTURES = /^image\/(?:png|jpeg|gif|webp|avif)$/;

/** A body as its media type is best read: JSON laid out and foldable, pictures as such, other texts as they are. */
export function ResponseBody({ body, bodyEncoding, truncated, contentType, label }: ResponseBodyProps) {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const { text, json } = useMemo(() => laidOut(body, type, truncated), [body, type, truncated]);
  const note = truncated && (
    <Text size="xs" c="dimmed" mt={6}>
      It is longer; only its beginning is shown here.
    </Text>
  );
  if (body === '') return <Text c="dimmed">The body is empty.</Text>;
  if (bodyEncoding === 'base64') {
    if (PICTURES.test(type) && !truncated) return <img className={classes.picture} src={`data:${type};base64,${body}`} alt={label} />;
    return <Text c="dimmed">{type === '' ? 'It is' : `It is ${type},`} no text, and is not shown here.</Text>;
  }
  return (
    <div className={classes.body}>
      <div className={classes.copyBody}>
        <CopyButton value={body} what="the body" />
      </div>
      <LazyCodeEditor
        value={text}
        language={json ? 'json' : type.includes('yaml') ? 'yaml' : 'text'}
        label={label}
        minHeight={40}
        maxHeight={460}
      />
      {note}
    </div>
  );
}

/** JSON is told by its type, or by being some: not every service says what it sends. */
function laidOut(body: string, type: string, truncated: boolean): { text: string; json: boolean } {
  const claimed = type !== '' && bodyKindOf(type) === 'json';
  if (!claimed && !/^\s*[{[]/.test(body)) return { text: body, json: false };
  if (truncated) return claimed ? { text: indentJson(body), json: true } : { text: body, json: false };
  try {
    JSON.parse(body);
    return { text: indentJson(body), json: true };
  } catch {
    // It only looks like it, and is shown as it came.
    return { text: body, json: false };
  }
}
