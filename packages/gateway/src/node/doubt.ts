/** What the stream said, or that it says nothing, leaves open whether the node has what it should: it opens a new one. */
export class Doubt extends Error {
  override name = 'Doubt';
}

/** The control plane cannot read what it was sent: sending it again would change nothing. */
export class NotUnderstood extends Doubt {
  override name = 'NotUnderstood';
}

/** What the control plane was sent is larger than it takes: in pieces it may be taken. */
export class TooLarge extends NotUnderstood {
  override name = 'TooLarge';
}
