import { SegmentedControl, Stack, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { CodeBlock } from '../../ui/code-block.tsx';
import { LANGUAGES } from './languages.ts';
import type { SampleCall } from './sample-call.ts';

/** The request of the form in the languages of those who will call it. */
export function CodeSamples({ call }: { call: SampleCall }) {
  const [chosen, setChosen] = useLocalStorage<string>({
    key: 'gatehouse-sample-language',
    defaultValue: 'curl',
    getInitialValueInEffect: false,
  });
  const language = LANGUAGES.find(({ id }) => id === chosen) ?? LANGUAGES[0];
  return (
    <Stack gap={8}>
      <SegmentedControl
        size="xs"
        aria-label="Language"
        data={LANGUAGES.map(({ id, label }) => ({ value: id, label }))}
        value={language.id}
        onChange={setChosen}
      />
      <CodeBlock
        text={language.write(call)}
        what={language.id === 'curl' ? 'the curl command' : `the ${language.label} code`}
        maxHeight={560}
      />
      {call.credential !== undefined && (
        <Text size="xs" c="dimmed">
          Set <code>{call.credential.variable}</code> in your environment; secrets do not belong in code.
        </Text>
      )}
    </Stack>
  );
}
