#!/usr/bin/env node
// Plain JavaScript for any Node: Proofloop itself needs Node 24, and `npm i -g` or a direct call runs
// the host's. On an older one this finds the `node` package that a checkout carries and hands over.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const needed = 24

if (Number.parseInt(process.versions.node, 10) >= needed) {
  const main = new URL('../dist/cli/main.js', import.meta.url)
  if (existsSync(main)) await import(main.href)
  else fail('Proofloop is not built here. Run `npm ci` (or `npm run build`) in its folder first.')
} else {
  const node = findNode()
  if (node === undefined) {
    fail(
      `Proofloop needs Node ${needed} or newer and this is ${process.versions.node}. Install Node ${needed}, or the npm package \`node@${needed}\` beside proofloop.`,
    )
  } else handOver(node)
}

/** The binary of an npm package `node` that is new enough, in our or a parent's node_modules. */
function findNode() {
  const require = createRequire(import.meta.url)
  try {
    const manifest = require.resolve('node/package.json')
    const { version } = require(manifest)
    const binary = path.join(
      path.dirname(manifest),
      'bin',
      process.platform === 'win32' ? 'node.exe' : 'node',
    )
    return Number.parseInt(version, 10) >= needed && existsSync(binary) ? binary : undefined
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}

/** @param {string} node */
function handOver(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => fail(`Cannot run ${node}: ${error.message}`))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exitCode = code ?? 2
    else {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    }
  })
}

/** @param {string} sentence */
function fail(sentence) {
  process.stderr.write(`Error: ${sentence}\n`)
  process.exitCode = 2
}
