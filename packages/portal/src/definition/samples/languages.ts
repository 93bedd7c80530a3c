import type { SampleCall } from './sample-call.ts';
import { toCurl } from './to-curl.ts';
import { toGo } from './to-go.ts';
import { toJava } from './to-java.ts';
import { toJavaScript } from './to-javascript.ts';
import { toPython } from './to-python.ts';

/** The languages that samples are written in. */
export const LANGUAGES = [
  { id: 'curl', label: 'curl', write: toCurl },
  { id: 'javascript', label: 'JavaScript', write: toJavaScript },
  { id: 'python', label: 'Python', write: toPython },
  { id: 'go', label: 'Go', write: toGo },
  { id: 'java', label: 'Java', write: toJava },
] as const satisfies readonly { id: string; label: string; write(call: SampleCall): string }[];
