import { Button, Stack } from '@mantine/core';
import { useState } from 'react';
import type { ApiDocument } from '../document/api-document.ts';
import type { Parameter } from '../openapi/parameter.ts';
import type { FieldValue } from './field-kind.ts';
import { ParamField } from './param-field.tsx';
import type { FormProblem } from './request-form.ts';

interface ParameterFieldsProps {
  document: ApiDocument;
  parameters: readonly Parameter[];
  values: Readonly<Record<string, FieldValue>>;
  problems: readonly FormProblem[];
  onChange(id: string, value: FieldValue): void;
}

/** As many optional parameters are shown without being asked for. */
const OPTIONAL_SHOWN = 4;

/** The parameters of an operation as a form, those that are needed first. */
export function ParameterFields({ document, parameters, values, problems, onChange }: ParameterFieldsProps) {
  const [all, setAll] = useState(false);
  const needed = parameters.filter(({ required }) => required);
  const optional = parameters.filter(({ required, id, deprecated }) => !required && (!deprecated || values[id] !== undefined));
  const isSet = ({ id }: Parameter) => (values[id]?.length ?? 0) > 0;
  const shown = all ? optional : optional.filter((parameter, index) => index < OPTIONAL_SHOWN || isSet(parameter));
  if (parameters.length === 0) return null;
  return (
    <Stack gap={10}>
      {[...needed, ...shown].map(({ id, name, in: place, schema, required, examples, contentType }) => (
        <ParamField
          key={id}
          document={document}
          name={parameters.some((other) => other.name === name && other.id !== id) ? `${name} (${place})` : name}
          schema={schema}
          asJson={contentType !== undefined}
          required={required}
          example={examples[0]?.value}
          value={values[id]}
          error={problems.find(({ at }) => at === id)?.message}
          onChange={(value) => onChange(id, value)}
        />
      ))}
      {shown.length < optional.length && (
        <Button variant="subtle" size="compact-xs" onClick={() => setAll(true)} style={{ alignSelf: 'flex-start' }}>
          {optional.length - shown.length} more optional {optional.length - shown.length === 1 ? 'parameter' : 'parameters'}
        </Button>
      )}
    </Stack>
  );
}
