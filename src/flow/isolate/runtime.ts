import { fileURLToPath } from 'node:url'
import { rolldown } from 'rolldown'
import { once } from '../../lib/once.ts'
import { flowRuntime } from '../flow-runtime.ts'

/** Text by the name of a file. */
export type RuntimeFiles = Record<string, string>

/**
 * Proofloop's own part of an isolated process, in few files, so that it reads nothing else: `flow-child.mjs`,
 * `probe-child.mjs`, what both share, and what code of a flow imports as `proofloop`. Made once a process.
 */
export const runtimeFiles = once(async (): Promise<RuntimeFiles> => {
  const entries = ['./flow-child', './probe-child', '../flow-runtime']
  await using build = await rolldown({
    input: entries.map((name) =>
      fileURLToPath(new URL(`${name}.${ownExtension}`, import.meta.url)),
    ),
    platform: 'node',
    tsconfig: false,
    logLevel: 'silent',
  })
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].mjs',
    chunkFileNames: '[name].mjs',
  })
  const chunks = output.flatMap((file) =>
    file.type === 'chunk' ? [[file.fileName, file.code] as const] : [],
  )
  return {
    ...Object.fromEntries(chunks),
    'node_modules/proofloop/package.json': JSON.stringify({
      name: 'proofloop',
      type: 'module',
      exports: './index.js',
    }),
    'node_modules/proofloop/index.js': [
      "import { flowRuntime } from '../../flow-runtime.mjs'",
      `export const { ${Object.keys(flowRuntime).join(', ')} } = flowRuntime`,
      '',
    ].join('\n'),
  }
})

const ownExtension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
