import { useEffect, useMemo } from 'react';
import type { ApiDocument } from '../../../definition/document/api-document.ts';
import type { OperationEntry } from '../../../definition/openapi/index-openapi.ts';
import { readOperation } from '../../../definition/openapi/operation.ts';
import { BodyFields } from '../../../definition/try-it/body-fields.tsx';
import type { BuiltRequest } from '../../../definition/try-it/build-request.ts';
import { HeaderFields } from '../../../definition/try-it/header-fields.tsx';
import { ParameterFields } from '../../../definition/try-it/parameter-fields.tsx';
import type { FormProblem } from '../../../definition/try-it/request-form.ts';
import { type FilledForms, useRequestForm } from '../../../definition/try-it/use-request-form.ts';

interface OperationFieldsProps {
  document: ApiDocument;
  entry: OperationEntry;
  filled: FilledForms;
  problems: readonly FormProblem[];
  onBuilt(built: { request: BuiltRequest; problems: readonly FormProblem[] }): void;
}

/** The parameters and the body that an operation defines. */
export function OperationFields({ document, entry, filled, problems, onBuilt }: OperationFieldsProps) {
  const operation = useMemo(() => readOperation(document, entry), [document, entry]);
  const { form, setForm, request, problems: found } = useRequestForm(document, operation, filled);
  useEffect(() => onBuilt({ request, problems: found }), [request, found, onBuilt]);
  return (
    <>
      <ParameterFields
        document={document}
        parameters={operation.parameters}
        values={form.parameters}
        problems={problems}
        onChange={(id, value) => setForm({ ...form, parameters: { ...form.parameters, [id]: value } })}
      />
      {operation.body !== undefined && form.body !== undefined && (
        <BodyFields
          document={document}
          body={operation.body}
          value={form.body}
          problems={problems}
          onChange={(body) => setForm({ ...form, body })}
          onSubmit={() => requestSubmit()}
        />
      )}
      <HeaderFields headers={form.headers} problems={problems} onChange={(headers) => setForm({ ...form, headers })} />
    </>
  );
}

/** As Enter in a field does: the editor is none to the browser. */
function requestSubmit(): void {
  const form = document.activeElement?.closest('form');
  form?.requestSubmit();
}
