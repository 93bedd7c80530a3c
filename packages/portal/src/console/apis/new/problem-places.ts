import { ServerError, type ServerProblem } from '../../../server/server-error.ts';
import type { ApiForm } from './api-form.ts';
import { type FormProblem, STEPS, type Step } from './check-form.ts';

/** Where a refusal of a draft is shown in the steps; what belongs to none of their fields is shown as a whole. */
export function placeRefusal(error: unknown, form: ApiForm): FormProblem[] {
  if (!(error instanceof ServerError)) return [];
  if (error.code === 'resource.exists') return [{ step: 'basic', at: 'name', message: error.message }];
  return error.problems.flatMap((problem) => (problem.severity === 'error' ? (placeProblem(problem, form) ?? []) : []));
}

function placeProblem({ path = [], message }: ServerProblem, form: ApiForm): FormProblem | undefined {
  const [body, field, ...rest] = path;
  if (body === 'params') return { step: 'basic', at: 'name', message };
  if (body !== 'body') return undefined;
  if (field === 'basePath') return { step: 'request', at: 'basePath', message };
  if (field === 'backend') return { step: 'backend', at: 'backend', message };
  if (field === 'owner' || field === 'group' || field === 'title' || field === 'description' || field === 'auth') {
    return { step: 'basic', at: field, message };
  }
  return field === 'definition' ? inDefinition(rest, message, form) : undefined;
}

function inDefinition(rest: readonly (string | number)[], message: string, form: ApiForm): FormProblem | undefined {
  const [section, path, method, part, ...inner] = rest;
  if (section === 'info') return { step: 'basic', at: path === 'description' ? 'description' : 'title', message };
  const operation = form.operations.find((each) => each.path === path && (method === undefined || each.method.toLowerCase() === method));
  if (section !== 'paths' || operation === undefined) return undefined;
  const { id } = operation;
  const at = (step: Step, field: string) => ({ step, at: `${id} ${field}`, message });
  switch (part) {
    case 'parameters':
      return at('request', typeof inner[0] === 'number' ? `parameter ${inner[0]}` : 'path');
    case 'requestBody':
      return at('request', 'body');
    case 'responses':
      return at('response', 'example');
    case 'x-gatehouse-integration':
      return at('backend', integrationField(inner));
    default:
      return at('request', 'path');
  }
}

function integrationField([field]: readonly (string | number)[]): string {
  if (field === 'timeouts') return 'timeout';
  return field === 'path' ? 'backendPath' : 'integration';
}

/** The first step in which something is wrong. */
export function firstStep(problems: readonly FormProblem[]): Step | undefined {
  return STEPS.find((step) => problems.some((problem) => problem.step === step));
}
