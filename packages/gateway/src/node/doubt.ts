/** What the stream said, or that it says nothing, leaves open whether the node has what it should: it opens a new one. */
export class Doubt extends Error {
  override name = 'Doubt';
}

/** The control plane cannot read what it was sent: sending it again would change nothing. */
export class NotUnderstood extends Doubt {
  override name = 'NotUnderstood';
}
