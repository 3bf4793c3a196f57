import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { minifyContractRouter } from '@orpc/contract'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { contract } from '../src/schema/api/contract.ts'
import { cssTarget } from './css-target.ts'

/**
 * The page needs the addresses of the contract, not its schemas: without this, Zod and every schema
 * would be loaded before the first paint.
 */
function contractAddresses(): Plugin {
  const name = 'virtual:contract'
  return {
    name: 'contract-addresses',
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load: (id) =>
      id === `\0${name}`
        ? `export const contract = ${JSON.stringify(minifyContractRouter(contract))}`
        : null,
  }
}

/**
 * What pdf.js loads when a file needs it: character maps, standard fonts, image decoders and colour
 * profiles. They are copied as they are, to /pdfjs.
 */
function pdfAssets(): Plugin {
  const folder = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
  return {
    name: 'pdf-assets',
    apply: 'build',
    async generateBundle() {
      for (const part of ['cmaps', 'standard_fonts', 'wasm', 'iccs']) {
        for (const file of await readdir(path.join(folder, part))) {
          const source = await readFile(path.join(folder, part, file))
          this.emitFile({ type: 'asset', fileName: `pdfjs/${part}/${file}`, source })
        }
      }
    },
  }
}

/** The server sends these to browsers that take gzip; nothing is compressed while somebody waits. */
function compressedFiles(): Plugin {
  return {
    name: 'compressed-files',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((one) => /\.(?:js|mjs|css|html)$/u.test(one))) {
        const file = path.join(dir, name)
        const source = await readFile(file)
        const smaller = await promisify(gzip)(source, { level: 9 })
        if (smaller.length < source.length) await writeFile(`${file}.gz`, smaller)
      }
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), contractAddresses(), pdfAssets(), compressedFiles()],
  worker: { format: 'es' },
  resolve: { conditions: ['proofloop-source', 'module', 'browser'] },
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2023', cssTarget },
  server: { proxy: { '/api': 'http://127.0.0.1:4310' } },
})
