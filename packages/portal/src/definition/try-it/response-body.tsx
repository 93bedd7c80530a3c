import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { LazyCodeEditor } from '../editor/lazy-code-editor.tsx';
import { bodyKindOf } from '../openapi/body-kind.ts';
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
    <>
      <LazyCodeEditor
        value={text}
        language={json ? 'json' : type.includes('yaml') ? 'yaml' : 'text'}
        label={label}
        minHeight={40}
        maxHeight={460}
      />
      {note}
    </>
  );
}

function laidOut(body: string, type: string, truncated: boolean): { text: string; json: boolean } {
  if (truncated || !(bodyKindOf(type) === 'json' || /^\s*[{[]/.test(body))) return { text: body, json: bodyKindOf(type) === 'json' };
  try {
    // Numbers past 2^53 would come out as others: then the text stays as it came.
    return /\d{16}/.test(body) ? { text: body, json: true } : { text: JSON.stringify(JSON.parse(body), null, 2), json: true };
  } catch {
    // It only claims to be JSON: it is shown as it came.
    return { text: body, json: false };
  }
}
