/** A message, or a part of it, that is not valid HTTP/1.1. The text is for the log. */
export class MessageSyntaxError extends Error {
  override name = 'MessageSyntaxError';
}
