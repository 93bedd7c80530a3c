/** What the stream said, or that it says nothing, leaves open whether the node has what it should: it opens a new one. */
export class Doubt extends Error {
  override name = 'Doubt';
}
