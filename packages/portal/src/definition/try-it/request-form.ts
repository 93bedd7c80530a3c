import type { FieldValue } from './field-kind.ts';

export interface FormHeader {
  name: string;
  value: string;
}

/** The body as it is being written: by text, or by fields for forms. */
export interface FormBody {
  contentType: string;
  text: string;
  fields: Readonly<Record<string, FieldValue>>;
}

/** What somebody has filled in for one operation. Parameters by their id; what is missing or empty is not sent. */
export interface RequestForm {
  parameters: Readonly<Record<string, FieldValue>>;
  body: FormBody | undefined;
  /** Fields of the head beyond the parameters. */
  headers: readonly FormHeader[];
  accept: string | undefined;
}

/** Something that keeps the request from being sent, and where it is: id of a parameter, `body`, `body name`, `header 0`. */
export interface FormProblem {
  at: string;
  message: string;
}
