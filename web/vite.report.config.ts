import path from 'node:path'
import { defineConfig } from 'vite'
import { cssTarget } from './css-target.ts'

/** What `proofloop evaluate --report` renders reports with: React and the components, in one file. */
export default defineConfig({
  root: import.meta.dirname,
  publicDir: false,
  // The same whatever NODE_ENV says where it is built.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  resolve: { conditions: ['proofloop-source', 'module', 'node'] },
  ssr: { noExternal: true },
  css: {
    modules: {
      // They stand in a file that people open and scripts may read.
      generateScopedName: (name, file) => `${path.basename(file, '.module.css')}-${name}`,
    },
  },
  build: {
    ssr: 'report/report.tsx',
    outDir: '../dist/report',
    emptyOutDir: true,
    target: 'node20',
    minify: true,
    cssTarget,
    cssCodeSplit: false,
    ssrEmitAssets: true,
    rolldownOptions: {
      output: { entryFileNames: 'report.js', assetFileNames: 'report.[ext]' },
    },
  },
})
