/** Where people reach something that listens here, when nobody says otherwise. */
export function listenedUrl(host: string, port: number): URL {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return new URL(`http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`);
}
