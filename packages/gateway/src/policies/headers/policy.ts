import { z } from 'zod';
import type { Exchange } from '../../exchange/exchange.ts';
import { type Fields, isFieldValue } from '../../exchange/fields.ts';
import { compileFieldValue, ValueExpressionError, type ValueSource } from '../../mapping/value-source.ts';
import { definePolicy, PASS, PolicyConfigError } from '../../pipeline/policy-kind.ts';
import { refusalOfName } from './field-names.ts';

const literal = z
  .string()
  .max(8192)
  .refine(
    (text) => isFieldValue(text) && text.trim() === text,
    'must not hold control characters, characters beyond U+00FF or spaces at its ends',
  );

const value = z
  .union(
    [
      literal,
      z.strictObject({ value: literal.meta({ title: 'Value', description: 'The text itself.' }) }),
      z.strictObject({
        from: z
          .string()
          .min(1)
          .max(1024)
          .meta({ title: 'From', description: 'Where the value comes from.', examples: ['context.requestId'] }),
      }),
    ],
    {
      error: 'must be a text, { value: text } or { from: expression }, such as { from: context.requestId }',
    },
  )
  .meta({
    description: 'A text, or { from: … } with context.NAME, stageVariables.NAME or method.request.path|querystring|header.NAME.',
  });

type Value = z.output<typeof value>;

/** Edits of one direction. */
function edits(direction: 'request' | 'response') {
  const name = z.string().superRefine((text, context) => {
    const refusal = refusalOfName(text, direction);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: `"${text.slice(0, 100)}" ${refusal}` });
  });
  const values = z.record(name, value).superRefine((record, context) => {
    const seen = new Set<string>();
    for (const key of Object.keys(record)) {
      if (seen.has(key.toLowerCase()))
        context.addIssue({ code: 'custom', path: [key], message: 'is there twice: case does not matter in header names' });
      seen.add(key.toLowerCase());
    }
  });
  return z.strictObject({
    remove: z.array(name).default([]).meta({ title: 'Remove', description: 'Headers that are taken out. Done first.' }),
    set: values.prefault({}).meta({
      title: 'Set',
      description: 'Headers that replace all of their name. Without a value, those of that name are taken out. Done second.',
    }),
    add: values
      .prefault({})
      .meta({ title: 'Add', description: 'Headers that are added to those of their name. Without a value, nothing is added. Done last.' }),
  });
}

const config = z
  .strictObject({
    request: edits('request').optional().meta({ title: 'Request', description: 'Headers of the request, on their way to the backend.' }),
    response: edits('response').optional().meta({ title: 'Response', description: 'Headers of the response, on their way to the client.' }),
  })
  .refine(({ request, response }) => request !== undefined || response !== undefined, 'needs request, response or both')
  .meta({ title: 'Headers' });

interface Edit {
  name: string;
  lowerName: string;
  /** Null: the same for every request. */
  source: ValueSource | null;
  literal: string;
}

/** Sets, adds and removes headers of requests and responses. */
export const headersPolicy = definePolicy({
  name: 'headers',
  summary: 'Sets, adds and removes headers of requests and responses.',
  config,
  attachedTwice: 'stack',
  compile({ request, response }) {
    const editRequest = request === undefined ? undefined : compileEdits(request);
    const editResponse = response === undefined ? undefined : compileEdits(response);
    return {
      ...(editRequest !== undefined && {
        onRequest(exchange) {
          editRequest(exchange.request, exchange);
          return PASS;
        },
      }),
      ...(editResponse !== undefined && {
        onResponse(exchange) {
          editResponse(exchange.response, exchange);
        },
      }),
    };
  },
});

function compileEdits({ remove, set, add }: z.output<ReturnType<typeof edits>>): (fields: Fields, exchange: Exchange) => void {
  const removals = remove.map((name) => name.toLowerCase());
  const settings = Object.entries(set).map(compileEdit);
  const additions = Object.entries(add).map(compileEdit);
  return (fields, exchange) => {
    for (const lowerName of removals) fields.remove(lowerName);
    for (const { name, lowerName, source, literal } of settings) {
      const text = source === null ? literal : source(exchange);
      // Without a value the field goes: the client's own copy must not stand in for what the gateway would have said.
      if (text === undefined) fields.remove(lowerName);
      else fields.set(name, lowerName, text);
    }
    for (const { name, source, literal } of additions) {
      const text = source === null ? literal : source(exchange);
      if (text !== undefined) fields.add(name, text);
    }
  };
}

function compileEdit([name, value]: [string, Value]): Edit {
  const edit: Edit = { name, lowerName: name.toLowerCase(), source: null, literal: '' };
  if (typeof value === 'string') return { ...edit, literal: value };
  if ('value' in value) return { ...edit, literal: value.value };
  try {
    return { ...edit, source: compileFieldValue(value.from, {}) };
  } catch (error) {
    if (error instanceof ValueExpressionError) throw new PolicyConfigError(`${name}: ${error.message}`);
    throw error;
  }
}
