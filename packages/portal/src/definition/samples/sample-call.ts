/** One part of a body of several. */
export interface SamplePart {
  name: string;
  value: string;
  /** A file stands here, whose path whoever runs the sample puts in. */
  file: boolean;
}

/** A request as a code sample writes it down. */
export interface SampleCall {
  method: string;
  /** Absolute. */
  url: string;
  headers: readonly (readonly [name: string, value: string])[];
  body: { text: string } | { parts: readonly SamplePart[] } | undefined;
  /** What identifies the caller: never a secret, but the name of the environment variable that holds it. */
  credential: { header: string; prefix: string; variable: string } | undefined;
}

export const FILE_PATH = 'path/to/file';
