import { renderToString } from 'react-dom/server';
import { test } from 'vitest';
import { Markdown } from '../ui/markdown.tsx';
const N = 60000;
const cases: Record<string,string> = {
  quotes: '>'.repeat(3000), quotes2: '> '.repeat(N/20), lists: '- '.repeat(500)+'x', lists2: '* '.repeat(3000)+'x', brackets: '['.repeat(N/10), brackets2: '[a]('.repeat(N/40), stars: '*a '.repeat(N/10), under: '**a_'.repeat(N/20), ticks: '`'.repeat(3)+'a`'.repeat(N/10), table: '|a'.repeat(2000)+'\n'+'|-'.repeat(2000)+'\n'+'|a\n'.repeat(5000), html: '<a '.repeat(N/10), foot: '[^a]: '.repeat(2000), links: 'www.a'.repeat(N/10), mail:'a@'.repeat(N/10), ent: '&'.repeat(N), bang: '!['.repeat(N/10), tilde: '~a'.repeat(N/4),
};
test('md', () => {
  for (const [k, v] of Object.entries(cases)) { const s = performance.now(); let e = ''; try { renderToString(<Markdown text={v} />); } catch (x) { e = String(x).slice(0, 80); } console.log(k, v.length, Math.round(performance.now() - s), 'ms', e); }
}, 300000);
