import { Refusal } from '@gatehouse/control';

/** The catalog once it is there: the management interface may be asked before. Throws `service.unavailable`. */
export function runningCatalog<Part>(running: () => Part | undefined): Part {
  const current = running();
  if (current === undefined) throw new Refusal('service.unavailable', 'The catalog is not there yet');
  return current;
}
