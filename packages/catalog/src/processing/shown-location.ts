import { displayUrl } from '../reading/reading-policy.ts';
import { generatedLocation } from './generated-location.ts';

/** A place for people, `type:target`: without user, password and query of a URL, where credentials stand. */
export function shownLocation({ type, target }: { type: string; target: string }): string {
  return `${type}:${shownTarget(type, target)}`;
}

/** Paths of requests have to hold it. */
const NAME_CHARS_MAX = 200;

/** What a location is called among the providers: its place, or its Location entity's name where that is too long. */
export function nameOfLocation(location: { type: string; target: string }): string {
  const name = shownLocation(location);
  return name.length <= NAME_CHARS_MAX ? name : generatedLocation(location).metadata.name;
}

export function shownTarget(type: string, target: string): string {
  const url = type === 'url' ? URL.parse(target) : null;
  return url === null ? target : displayUrl(url);
}
