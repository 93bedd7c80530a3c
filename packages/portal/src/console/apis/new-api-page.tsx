import { Page } from '../../ui/page.tsx';

export function NewApiPage() {
  return <Page title="New API">{null}</Page>;
}
