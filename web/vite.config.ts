import { minifyContractRouter } from '@orpc/contract'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { contract } from '../src/schema/api/contract.ts'

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

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), contractAddresses()],
  resolve: { conditions: ['proofloop-source', 'module', 'browser'] },
  build: { outDir: '../dist/web', emptyOutDir: true, target: 'es2023' },
  server: { proxy: { '/api': 'http://127.0.0.1:4310' } },
})
