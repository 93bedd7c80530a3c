import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `vite` alone serves the portal for work on it, with the interfaces of a control plane at GATEHOUSE_URL behind it. */
const control = process.env.GATEHOUSE_URL ?? 'http://127.0.0.1:3000';

const isPart = (id: string) =>
  /@mantine\/(core|hooks)\/|@tabler\/|@tanstack\/|\/portal\/src\/(account|catalog|search|ui|.*server)\//.test(id) &&
  !/NumberInput|\/Multi|useBlocker/.test(id);
const isDefinition = (id: string) => /\/portal\/src\/definition\//.test(id) && !/asyncapi|editor|graphql|protobuf|worker/.test(id);

/**
 * Few files, for each is a round trip: the frame, which everything needs; parts that many pages are made of; what only some pages need
 * and is large. The rest is divided by page.
 */
const groups = [
  { name: 'frame', tags: ['$initial' as const], priority: 4 },
  { name: 'markdown', test: /portal\/src\/ui\/markdown/, priority: 3 },
  { name: 'yaml', test: /node_modules\/yaml\//, priority: 3 },
  { name: 'parts', test: isPart, minShareCount: 2, priority: 2 },
  { name: 'definition', test: isDefinition, minShareCount: 2, priority: 1 },
];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // The first that know light-dark(): what is put in its place for older ones knows nothing of the scheme that somebody chooses.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    sourcemap: false,
    // All styles at once, they are small: the styles of a page whose loading failed would not be loaded again with its code.
    cssCodeSplit: false,
    // Styles and fonts as files: `data:` is not in our content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  // So that a worker loads what it seldom needs when it needs it.
  worker: { format: 'es' },
  server: { port: 5173, strictPort: true, proxy: { '/api': { target: control, changeOrigin: false } } },
});
