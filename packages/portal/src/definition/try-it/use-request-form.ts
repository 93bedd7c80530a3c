import { useMemo, useState } from 'react';
import type { ApiDocument } from '../document/api-document.ts';
import type { Operation } from '../openapi/operation.ts';
import { type BuiltRequest, buildRequest } from './build-request.ts';
import { initialForm } from './initial-form.ts';
import type { FormProblem, RequestForm } from './request-form.ts';

/** What was filled in for operations while the page is open, by their key: going to another one and back loses nothing. */
export type FilledForms = Map<string, RequestForm>;

export interface RequestFormState {
  form: RequestForm;
  setForm(form: RequestForm): void;
  reset(): void;
  request: BuiltRequest;
  problems: readonly FormProblem[];
}

/** The form of an operation, and the request that it makes. */
export function useRequestForm(document: ApiDocument, operation: Operation, filled: FilledForms): RequestFormState {
  const [form, setForm] = useState(() => filled.get(operation.key) ?? initialForm(document, operation));
  const { request, problems } = useMemo(() => buildRequest(document, operation, form), [document, operation, form]);
  return {
    form,
    setForm: (changed) => {
      filled.set(operation.key, changed);
      setForm(changed);
    },
    reset: () => {
      filled.delete(operation.key);
      setForm(initialForm(document, operation));
    },
    request,
    problems,
  };
}
