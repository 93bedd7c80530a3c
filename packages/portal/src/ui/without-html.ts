/** A node of a Markdown tree, as far as it is looked at here. */
interface Node {
  type: string;
  value?: string;
  children?: Node[];
}

const TAG = /<\/?[a-z!][^<>]{0,4000}>/gi;
const BREAK = /<(?:br|\/p|\/li|\/h[1-6]|\/tr|\/div)\s{0,10}\/?>/gi;
const ENTITIES: Record<string, string | undefined> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ' };

/**
 * Leaves of HTML in Markdown what it says, as text: many definitions are generated with their descriptions in HTML, and dropping it
 * would drop all of them. Nothing of it becomes an element.
 */
export function withoutHtml(): (tree: Node) => void {
  return (tree) => strip(tree);
}

function strip(node: Node): void {
  if (node.children === undefined) return;
  node.children = node.children.flatMap((child) => {
    if (child.type !== 'html') {
      strip(child);
      return [child];
    }
    const text = toPlain(child.value ?? '');
    if (text === '') return [];
    const said: Node = { type: 'text', value: text };
    return [isInline(node) ? said : { type: 'paragraph', children: [said] }];
  });
}

function isInline({ type }: Node): boolean {
  return type === 'paragraph' || type === 'heading' || type === 'tableCell' || type === 'link' || type === 'emphasis' || type === 'strong';
}

/** The words of a text with tags. */
export function toPlain(html: string): string {
  return html
    .replaceAll(BREAK, '\n')
    .replaceAll(TAG, '')
    .replaceAll(/&(#39|[a-z]{2,5});/g, (whole, name: string) => ENTITIES[name] ?? whole)
    .trim();
}
