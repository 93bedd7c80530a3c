/** The token of `Authorization: Bearer …` (RFC 6750 section 2.1); undefined when there is none. */
export function bearerToken(authorization: string | string[] | undefined): string | undefined {
  if (typeof authorization !== 'string') return undefined;
  return /^bearer +([\x21-\x7e]{1,512})$/i.exec(authorization)?.[1];
}
