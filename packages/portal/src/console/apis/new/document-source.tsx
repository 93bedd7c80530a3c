import { Button, FileButton, Text, TextInput } from '@mantine/core';
import { IconDownload, IconUpload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type DragEvent, type RefObject, useMemo, useState } from 'react';
import type { ServerProblem } from '../../../server/server-error.ts';
import { CodeEditor, type EditorHandle } from '../../../ui/code-editor.tsx';
import { Failed } from '../../../ui/failed.tsx';
import { languageOf, writeYaml } from '../document-language.ts';
import { checkDefinition } from '../server/check-definition.ts';
import { toEditorProblems } from '../use-check.ts';
import classes from './new-api.module.css';

interface DocumentSourceProps {
  text: string;
  problems: readonly ServerProblem[];
  onText(text: string): void;
  editor: RefObject<EditorHandle | null>;
  onSubmit(): void;
}

/** As much as the server takes. */
const BYTES_MAX = 10_000_000;

/** Where the document comes from: pasted, a file, or a URL; then it can be mended in the editor. */
export function DocumentSource({ text, problems, onText, editor, onSubmit }: DocumentSourceProps) {
  const [url, setUrl] = useState('');
  const [dropping, setDropping] = useState(false);
  const [refused, setRefused] = useState<string>();
  const shown = useMemo(() => toEditorProblems(problems), [problems]);
  const read = useMutation({ mutationFn: readUrl, onSuccess: onText });
  const take = async (file: File | null | undefined) => {
    if (file === null || file === undefined) return;
    if (file.size > BYTES_MAX) return setRefused(`${file.name} has ${(file.size / 1e6).toFixed(1)} MB; a document may have 10 MB at most.`);
    setRefused(undefined);
    onText(await file.text());
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setDropping(false);
    void take(event.dataTransfer.files[0]);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way to the button below
    <div
      className={dropping ? `${classes.drop} ${classes.dropping}` : classes.drop}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes('Files')) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
      }}
      onDropCapture={(event) => event.dataTransfer.types.includes('Files') && drop(event)}
    >
      <div className={classes.source}>
        <FileButton onChange={(file) => void take(file)} accept=".yaml,.yml,.json,application/json,application/yaml">
          {(props) => (
            <Button variant="default" leftSection={<IconUpload size={15} />} {...props}>
              Upload
            </Button>
          )}
        </FileButton>
        <TextInput
          aria-label="URL of the document"
          placeholder="https://… or paste below, or drop a file"
          value={url}
          onChange={({ currentTarget }) => setUrl(currentTarget.value.trim())}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            if (url !== '') read.mutate(url);
          }}
          style={{ flex: '1 1 220px' }}
          spellCheck={false}
          autoComplete="off"
        />
        <Button
          variant="default"
          leftSection={<IconDownload size={15} />}
          loading={read.isPending}
          disabled={url === ''}
          onClick={() => read.mutate(url)}
        >
          Read URL
        </Button>
      </div>
      <Text size="xs" c="dimmed">
        OpenAPI 2.0, 3.0 or 3.1, in YAML or JSON, 10 MB at most. URLs are read by the server, from the hosts that backend.reading.allow
        names.
      </Text>
      {refused !== undefined && (
        <Text c="var(--bad)" role="alert">
          {refused}
        </Text>
      )}
      {read.isError && <Failed error={read.error} title="The URL could not be read" />}
      <CodeEditor
        value={text}
        onChange={onText}
        onSubmit={onSubmit}
        language={languageOf(text)}
        label="OpenAPI document"
        minHeight={320}
        maxHeight="62dvh"
        problems={shown}
        handle={editor}
      />
    </div>
  );
}

/** The document at a URL as a text that can be saved: with what it refers to elsewhere, when it does. */
async function readUrl(url: string): Promise<string> {
  const { text, definition, problems } = await checkDefinition({ body: { url } });
  const whole = definition !== null && text !== null && refersElsewhere(text) && !problems.some(({ severity }) => severity === 'error');
  return whole ? writeYaml(definition) : (text ?? '');
}

/** Whether a text refers to other documents; those are not read again when it is saved. */
export function refersElsewhere(text: string): boolean {
  return /\$ref["']?\s{0,20}:\s{0,20}["']?[^#"'\s]/.test(text);
}
