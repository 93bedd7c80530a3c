import { Button, Group, SegmentedControl, Stack } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { TabLoading } from '../../../catalog/tab-loading.tsx';
import { downloadText } from '../../../definition/download-text.ts';
import { CodeEditor } from '../../../ui/code-editor.tsx';
import { Failed } from '../../../ui/failed.tsx';
import { type DocumentLanguage, writeYaml } from '../document-language.ts';
import { revisionDefinitionQuery } from '../server/revision-definition.ts';

/** Longer documents are written as JSON, which takes no time. */
const YAML_MAX = 2_000_000;

/** The document of a revision, to be read. */
export function RevisionDocument({ api, revision }: { api: string; revision: number }) {
  const document = useQuery(revisionDefinitionQuery(api, revision));
  const [language, setLanguage] = useState<DocumentLanguage>('yaml');
  const long = (document.data?.length ?? 0) > YAML_MAX;
  const written = long ? 'json' : language;
  const text = useQuery({
    queryKey: ['apis', 'revision', api, revision, 'written', written],
    queryFn: () => write(document.data ?? '{}', written),
    enabled: document.data !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    networkMode: 'always',
  });
  const failed = [document, text].find(({ isError }) => isError);
  if (failed !== undefined) return <Failed error={failed.error} retry={() => void failed.refetch()} />;
  if (text.data === undefined) return <TabLoading />;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        {long ? (
          <span />
        ) : (
          <SegmentedControl
            size="xs"
            aria-label="Language"
            data={[
              { value: 'yaml', label: 'YAML' },
              { value: 'json', label: 'JSON' },
            ]}
            value={language}
            onChange={(value) => setLanguage(value === 'json' ? 'json' : 'yaml')}
          />
        )}
        <Button
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} />}
          onClick={() => downloadText(`${api}-revision-${revision}.${written}`, text.data)}
        >
          Download
        </Button>
      </Group>
      <CodeEditor value={text.data} language={written} label={`Document of revision ${revision}`} minHeight={240} maxHeight="70dvh" />
    </Stack>
  );
}

async function write(json: string, language: DocumentLanguage): Promise<string> {
  const document: unknown = JSON.parse(json);
  return language === 'json' ? JSON.stringify(document, null, 2) : writeYaml(document as object);
}
