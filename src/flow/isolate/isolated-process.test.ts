import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'

const us = new URL('./isolated-process.ts', import.meta.url).href
const starting = `
  const { spawnWithPipe } = await import('${us}')
  const flow = { command: process.execPath, args: ['-e', ''], env: {}, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] }
  await new Promise((resolve) => spawnWithPipe(flow, resolve))`

/** A process that says when it is there, and hears of a second signal. */
function host(script: string): ChildProcess {
  const text = `${script}
    process.on('SIGUSR2', () => process.exit(0))
    process.stdout.write('there')
    setInterval(() => {}, 1000)`
  const args = ['--conditions=proofloop-source', '--inspect-port=0', '--input-type=module']
  return spawn(process.execPath, [...args, '-e', text], { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** @param turns of a tenth of a second, until it is said that it does not */
async function opensDebugger(script: string, turns: number): Promise<boolean> {
  const child = host(script)
  let log = ''
  child.stderr?.on('data', (data) => (log += String(data)))
  if (child.stdout) await once(child.stdout, 'data')
  child.kill('SIGUSR1')
  const isOpen = (): boolean => log.includes('Debugger listening')
  for (let turn = 0; turn < turns && !isOpen(); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 100))
  child.kill('SIGUSR2')
  await once(child, 'close')
  return isOpen()
}

test('who has started a flow opens its debugger to nobody', async () => {
  expect(await opensDebugger('', 300)).toBe(true)
  // Milliseconds are enough.
  expect(await opensDebugger(starting, 20)).toBe(false)
})
