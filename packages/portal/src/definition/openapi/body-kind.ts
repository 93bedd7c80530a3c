/** How the body of a media type is written. `files`: of parts, which can hold files; not sent from here. */
export type BodyKind = 'json' | 'yaml' | 'text' | 'form' | 'files' | 'binary';

/** Decides by the media type how a body is written and shown. */
export function bodyKindOf(contentType: string): BodyKind {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'application/x-www-form-urlencoded') return 'form';
  if (type.startsWith('multipart/')) return 'files';
  if (/^(application|text)\/(.{1,100}\+)?json$/.test(type) || type === '*/*' || type === 'application/*') return 'json';
  if (/yaml/.test(type)) return 'yaml';
  if (
    type === 'application/octet-stream' ||
    /^(image|audio|video|font)\//.test(type) ||
    type === 'application/pdf' ||
    type === 'application/zip'
  )
    return 'binary';
  return 'text';
}
