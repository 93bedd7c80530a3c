export const STATUSES = ['available', 'pending', 'sold'] as const;

export type Status = (typeof STATUSES)[number];

export interface NewPet {
  name: string;
  status: Status;
  category?: string;
  tags?: string[];
}

export interface Pet extends NewPet {
  id: number;
}

/** What happened to a pet; goes to everyone who watches. */
export interface PetChange {
  change: 'created' | 'updated' | 'deleted';
  pet: Pet;
}

const SEED: NewPet[] = [
  { name: 'Rex', status: 'available', category: 'dog', tags: ['friendly', 'large'] },
  { name: 'Mia', status: 'available', category: 'cat', tags: ['indoor'] },
  { name: 'Polly', status: 'pending', category: 'parrot', tags: ['talks'] },
  { name: 'Goldie', status: 'sold', category: 'fish' },
  { name: 'Hops', status: 'available', category: 'rabbit', tags: ['friendly'] },
  { name: 'Shelly', status: 'pending', category: 'tortoise' },
];

/** The pets of one store, in memory: every start begins with the same six. */
export class PetStore {
  #pets = new Map<number, Pet>();
  #nextId = 1;
  #watchers = new Set<(change: PetChange) => void>();

  constructor() {
    for (const pet of SEED) this.create(pet);
  }

  get(id: number): Pet | undefined {
    return this.#pets.get(id);
  }

  findByStatus(statuses: readonly Status[]): Pet[] {
    return [...this.#pets.values()].filter((pet) => statuses.includes(pet.status));
  }

  /** How many pets there are of each status. */
  inventory(): Record<Status, number> {
    const counts = { available: 0, pending: 0, sold: 0 };
    for (const pet of this.#pets.values()) counts[pet.status] += 1;
    return counts;
  }

  create(fields: NewPet): Pet {
    const pet = { id: this.#nextId++, ...fields };
    this.#pets.set(pet.id, pet);
    this.#tell({ change: 'created', pet });
    return pet;
  }

  /** Replaces the pet; undefined when there is none with that id. */
  update(id: number, fields: NewPet): Pet | undefined {
    if (!this.#pets.has(id)) return undefined;
    const pet = { id, ...fields };
    this.#pets.set(id, pet);
    this.#tell({ change: 'updated', pet });
    return pet;
  }

  delete(id: number): boolean {
    const pet = this.#pets.get(id);
    if (pet === undefined) return false;
    this.#pets.delete(id);
    this.#tell({ change: 'deleted', pet });
    return true;
  }

  /** Calls back on every change until the returned function is called. */
  watch(watcher: (change: PetChange) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #tell(change: PetChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}

/** Reads a pet from parsed JSON: the pet, or what is wrong with it, one sentence per field. */
export function toNewPet(input: unknown): { pet: NewPet } | { errors: string[] } {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return { errors: ['The body must be a JSON object'] };
  const { id: _, name, status = 'available', category, tags, ...unknown } = input as Record<string, unknown>;
  const errors = Object.keys(unknown).map((key) => `${key} is not a field of a pet`);
  if (typeof name !== 'string' || name.length < 1 || name.length > 100) errors.push('name must be a text of 1 to 100 characters');
  if (!isStatus(status)) errors.push(`status must be one of ${STATUSES.join(', ')}`);
  if (category !== undefined && typeof category !== 'string') errors.push('category must be a text');
  if (tags !== undefined && !isTextList(tags)) errors.push('tags must be a list of texts');
  if (errors.length > 0) return { errors };
  return { pet: { name, status, category, tags } as NewPet };
}

export function isStatus(value: unknown): value is Status {
  return STATUSES.some((status) => status === value);
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
