import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { TabLoading } from '../../catalog/tab-loading.tsx';
import { downloadText } from '../../definition/download-text.ts';
import { ServerError } from '../../server/server-error.ts';
import { CodeEditor, type EditorHandle } from '../../ui/code-editor.tsx';
import { Failed } from '../../ui/failed.tsx';
import { CheckState } from './check-state.tsx';
import { convertButton, languageOf } from './document-language.ts';
import type { May } from './may.ts';
import { ProblemList } from './problem-list.tsx';
import { SaveBar } from './save-bar.tsx';
import type { Api } from './server/api.ts';
import { definitionSourceQuery } from './server/definition-source.ts';
import { toEditorProblems, useCheck } from './use-check.ts';
import { useSaveDraft } from './use-save-draft.ts';

/** The OpenAPI document of the draft as it was written, with what is wrong at its line. */
export function DefinitionTab({ api, may }: { api: Api; may: May }) {
  const source = useQuery({ ...definitionSourceQuery(api.name, api.version), placeholderData: (before) => before });
  if (source.isError) return <Failed error={source.error} retry={() => void source.refetch()} />;
  if (source.data === undefined) return <TabLoading />;
  return <Editor api={api} may={may} written={source.data} />;
}

function Editor({ api, may, written }: { api: Api; may: May; written: string }) {
  const [edited, setEdited] = useState<string>();
  const text = edited ?? written;
  const dirty = edited !== undefined && edited !== written;
  // What was typed gives way only when the draft has it: what was there before is not to come back for a moment.
  useEffect(() => {
    if (edited === written) setEdited(undefined);
  }, [edited, written]);
  const editor = useRef<EditorHandle>(null);
  // Who may only read may not have it checked either, and what is saved has no errors.
  const check = useCheck(text, { api: api.name, enabled: may.edit });
  const queryClient = useQueryClient();
  // What is typed while it is saved is not saved.
  const sent = useRef('');
  const save = useSaveDraft(api, ({ version }) => {
    queryClient.setQueryData(definitionSourceQuery(api.name, version).queryKey, sent.current);
  });
  const problems = useMemo(() => {
    const found = check.checked?.problems ?? [];
    const refused = save.error instanceof ServerError ? save.error.problems : [];
    return found.length > 0 ? found : refused.filter(({ place }) => place !== undefined);
  }, [check.checked, save.error]);
  const shown = useMemo(() => toEditorProblems(problems), [problems]);
  const language = languageOf(text);
  const convert = convertButton(language);
  const put = (over: boolean) => {
    sent.current = text;
    save.mutate({ changes: { definition: text }, over });
  };
  const submit = () => put(false);
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        {may.edit ? <CheckState check={check} text={text} /> : <Text c="dimmed">As it was written; what is live is in Revisions.</Text>}
        <Group gap="xs">
          {may.edit && (
            <Button
              variant="default"
              size="xs"
              onClick={() => void convert.run(text).then(setEdited, sayWhyNot)}
              disabled={check.checked?.definition === null}
            >
              {convert.label}
            </Button>
          )}
          <Button
            variant="default"
            size="xs"
            leftSection={<IconDownload size={14} />}
            onClick={() => downloadText(`${api.name}.${language}`, text)}
          >
            Download
          </Button>
        </Group>
      </Group>
      <CodeEditor
        value={text}
        onChange={may.edit ? setEdited : undefined}
        onSubmit={submit}
        language={language}
        label={`OpenAPI document of ${api.name}`}
        minHeight={320}
        maxHeight="calc(100dvh - 330px)"
        problems={shown}
        handle={editor}
      />
      {problems.length > 0 && <ProblemList problems={problems} onGoTo={(line, column) => editor.current?.goTo(line, column)} />}
      <SaveBar
        dirty={dirty}
        saving={save.isPending}
        error={save.error}
        onSave={submit}
        onSaveOver={() => put(true)}
        onDiscard={() => {
          setEdited(undefined);
          save.reset();
        }}
      />
    </Stack>
  );
}

function sayWhyNot(error: unknown): void {
  notifications.show({ color: 'red', title: 'It could not be converted', message: error instanceof Error ? error.message : String(error) });
}
