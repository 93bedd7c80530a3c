import type { ApiForm } from './api-form.ts';

/** What each step is given. */
export interface StepProps {
  form: ApiForm;
  put(change: Partial<ApiForm>): void;
  /** What is wrong with a field of this step; undefined: nothing, or it was not tried yet. */
  problemAt(at: string): string | undefined;
}
