import { Radio, Select, Stack, Switch } from '@mantine/core';
import { type AppCode, type AuthChoice, authProblem } from './auth.ts';

interface AuthFieldsProps {
  value: AuthChoice;
  onChange(value: AuthChoice): void;
  /** The document may say it, too. */
  fromDefinition: boolean;
  error?: string | undefined;
  disabled?: boolean;
}

const APP_CODES: { value: AppCode; label: string }[] = [
  { value: 'header-and-query', label: 'In a header or in the query' },
  { value: 'header', label: 'In a header only' },
  { value: 'disabled', label: 'Not accepted: calls must be signed' },
];

/** Who may call, and what they have to show. */
export function AuthFields({ value, onChange, fromDefinition, error, disabled = false }: AuthFieldsProps) {
  return (
    <Stack gap="md">
      <Radio.Group
        label="Callers"
        value={value.kind}
        onChange={(kind) => onChange({ ...value, kind: kind as AuthChoice['kind'] })}
        error={error ?? authProblem(value)}
      >
        <Stack gap={8} mt={6}>
          {fromDefinition && (
            <Radio
              value="definition"
              label="As the definition says"
              description="Its own x-gatehouse-auth; anybody where it has none"
              disabled={disabled}
            />
          )}
          <Radio
            value="app"
            label="Authorized apps"
            description="An app signs its calls or sends its AppCode, and must be authorized for the API"
            disabled={disabled}
          />
          <Radio value="none" label="Anybody" description="No credentials are asked for" disabled={disabled} />
        </Stack>
      </Radio.Group>
      {value.kind === 'app' && (
        <>
          <Select
            label="AppCode"
            description="A plain key, simple to send. A header is safer: addresses are written into logs"
            data={APP_CODES}
            value={value.appCode}
            onChange={(appCode) => onChange({ ...value, appCode: (appCode ?? value.appCode) as AppCode })}
            allowDeselect={false}
            disabled={disabled}
            maw={420}
          />
          <Switch
            label="Accept signatures"
            description="AppKey and AppSecret: the secret never travels, and nothing can be changed on the way"
            checked={value.signature}
            onChange={({ currentTarget }) => onChange({ ...value, signature: currentTarget.checked })}
            disabled={disabled}
          />
          <Switch
            label="Signed calls need a nonce"
            description="So that a call that somebody has recorded cannot be sent again"
            checked={value.requireNonce}
            onChange={({ currentTarget }) => onChange({ ...value, requireNonce: currentTarget.checked })}
            disabled={disabled || !value.signature}
          />
          <Switch
            label="Pass credentials on to the backend service"
            description="Else they are taken out of the request"
            checked={value.forwardCredentials}
            onChange={({ currentTarget }) => onChange({ ...value, forwardCredentials: currentTarget.checked })}
            disabled={disabled}
          />
        </>
      )}
    </Stack>
  );
}
