/** Ranges of an Accept field that are looked at: more is an attack or a mistake. */
const RANGES_MAX = 64;

/**
 * Index of the media type that an Accept field prefers (RFC 9110 section 12.5.1); 0, the first, when it names none of them or is absent.
 */
export function preferredMediaType(accept: string | undefined, types: readonly string[]): number {
  if (accept === undefined) return 0;
  let best = 0;
  let bestQuality = 0;
  const ranges = accept.slice(0, 4096).split(',', RANGES_MAX).map(parseRange);
  types.forEach((type, index) => {
    const quality = qualityOf(type.split(';', 1)[0]?.trim().toLowerCase() ?? '', ranges);
    if (quality > bestQuality) {
      best = index;
      bestQuality = quality;
    }
  });
  return best;
}

interface MediaRange {
  type: string;
  quality: number;
}

function parseRange(text: string): MediaRange {
  const [type = '', ...parameters] = text.split(';');
  const q = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(parameter)?.[1]).find((value) => value !== undefined);
  return { type: type.trim().toLowerCase(), quality: q === undefined ? 1 : Number(q) };
}

/** The quality of the most specific range that matches. */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  const group = `${type.split('/', 1)[0]}/*`;
  const match =
    ranges.find((range) => range.type === type) ??
    ranges.find((range) => range.type === group) ??
    ranges.find((range) => range.type === '*/*');
  return match?.quality ?? 0;
}
