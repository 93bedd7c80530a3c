import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** `vite` alone serves the portal for work on it, with the interfaces of a control plane at GATEHOUSE_URL behind it. */
const control = process.env.GATEHOUSE_URL ?? 'http://127.0.0.1:3000';

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
  },
  server: { port: 5173, strictPort: true, proxy: { '/api': { target: control, changeOrigin: false } } },
});
